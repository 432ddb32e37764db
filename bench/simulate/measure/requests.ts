import { noise, upload, uploadHeaders } from '../../harness/upload.js';
import type { Kind } from '../measured.js';
import type { Request } from './load-for.js';

const json = { 'content-type': 'application/json' };
const BYTES_OF_LARGE_RECORDING = 5_000_000;

/** Two and a half seconds of speech: 20 KB as mp3. */
export const TEXT = 'The quick brown fox jumps over the dog.';

let counter = 0;

/**
 * What is sent for each kind, so that nothing but `hit` is answered from the cache, and no limit of a user is met.
 * @param voiceNote an mp3
 */
export function requestFor(kind: Kind, voiceNote: Buffer): Request {
  const speech = (input: string) => JSON.stringify({ model: 'tts-1', voice: 'alloy', input, response_format: 'mp3' });
  const same = speech(TEXT);
  const recording = { name: 'a.wav', contentType: 'audio/wav', bytes: noise(BYTES_OF_LARGE_RECORDING) };
  const requests: Record<Kind, Request> = {
    hit: { path: '/v1/audio/speech', headers: json, body: () => same },
    speech: { path: '/v1/audio/speech', headers: json, body: () => speech(`${TEXT.slice(0, -5)} ${counter++}.`) },
    transcription: {
      path: '/v1/audio/transcriptions',
      headers: uploadHeaders,
      body: () => upload({ model: 'whisper-1', prompt: `request ${counter++}` }, recording),
    },
    turn: {
      path: '/v1/agents/demo/turns',
      headers: uploadHeaders,
      body: () =>
        upload(
          { thread: `thread ${counter++}`, user: `user ${counter}` },
          { name: 'a.mp3', contentType: 'audio/mpeg', bytes: titled(voiceNote, `Number ${counter++}`) },
        ),
    },
  };
  return requests[kind];
}

/** The same audio with a title before it (ID3v2): another recording for whoever compares bytes. */
function titled(audio: Buffer, title: string): Buffer {
  const text = Buffer.from(`\x00${title}`, 'latin1');
  const frame = Buffer.concat([Buffer.from([0x54, 0x49, 0x54, 0x32, 0, 0, 0, text.length, 0, 0]), text]);
  return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, frame.length]), frame, audio]);
}
