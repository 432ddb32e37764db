import type { Request } from './load.js';
import { upload, uploadHeaders, noise } from './upload.js';

export const speechPath = '/v1/audio/speech';
/** Portkey takes no request without a key. */
export const speechHeaders = { 'content-type': 'application/json', authorization: 'Bearer none' };

export function speechBody(input: string, model = 'tts-1'): string {
  return JSON.stringify({ model, voice: 'alloy', input, response_format: 'mp3' });
}

/** Two and a half seconds of speech: about 20 KB as mp3. */
export const TEXT_OF_20_KB = 'The quick brown fox jumps over the dog.';

let counter = 0;

/** A text that nobody has asked for before. */
export function newText(): string {
  return `The quick brown fox jumps over dog number ${counter++}.`;
}

export function newTexts(amount: number): string[] {
  return Array.from({ length: amount }, newText);
}

export const newSpeech: Request = { path: speechPath, headers: speechHeaders, body: () => speechBody(newText()) };

const same = speechBody(TEXT_OF_20_KB);
/** What everybody has asked for before. */
export const sameSpeech: Request = { ...newSpeech, body: () => same };

/** Recordings of which no two are the same: each caller has one, and changes a few samples of it each time. */
export function newRecordings(callers: number, bytes: number): Request {
  const recording = { name: 'a.wav', contentType: 'audio/wav', bytes: noise(bytes) };
  const bodies = Array.from({ length: callers }, () => upload({ model: 'whisper-1' }, recording));
  const samples = bodies[0]!.indexOf('RIFF') + 1000;
  return {
    path: '/v1/audio/transcriptions',
    headers: { ...uploadHeaders, authorization: speechHeaders.authorization },
    body: (caller) => {
      const body = bodies[caller]!;
      body.writeUInt32LE(counter++, samples);
      return body;
    },
  };
}
