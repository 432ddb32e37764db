import type { Kind } from '../measured.js';
import type { Request } from './load-for.js';

const boundary = 'parlance-simulate-boundary';
const json = { 'content-type': 'application/json' };
const form = { 'content-type': `multipart/form-data; boundary=${boundary}` };
const BYTES_OF_LARGE_RECORDING = 5_000_000;
const SAMPLE_RATE = 16_000;

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
  const recording = largeRecording();
  const requests: Record<Kind, Request> = {
    hit: { path: '/v1/audio/speech', headers: json, body: () => same },
    speech: { path: '/v1/audio/speech', headers: json, body: () => speech(`${TEXT.slice(0, -5)} ${counter++}.`) },
    transcription: {
      path: '/v1/audio/transcriptions',
      headers: form,
      body: () => upload({ model: 'whisper-1', prompt: `request ${counter++}` }, 'a.wav', 'audio/wav', recording),
    },
    turn: {
      path: '/v1/agents/demo/turns',
      headers: form,
      body: () =>
        upload({ thread: `thread ${counter++}`, user: `user ${counter}` }, 'a.mp3', 'audio/mpeg', titled(voiceNote, `Number ${counter++}`)),
    },
  };
  return requests[kind];
}

/** Three minutes of noise as wav: nothing but its size matters to who passes it on. */
function largeRecording(): Buffer {
  const samples = Buffer.alloc(BYTES_OF_LARGE_RECORDING - 44);
  let state = 1;
  for (let index = 0; index < samples.length; index += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    samples.writeUInt32LE(state & 0x0fff_0fff, index);
  }
  const header = Buffer.alloc(44);
  header.write('RIFF');
  header.writeUInt32LE(36 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  for (const [value, offset] of [
    [16, 16],
    [SAMPLE_RATE, 24],
    [SAMPLE_RATE * 2, 28],
    [samples.length, 40],
  ] as const)
    header.writeUInt32LE(value, offset);
  for (const [value, offset] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ] as const)
    header.writeUInt16LE(value, offset);
  header.write('data', 36);
  return Buffer.concat([header, samples]);
}

/** The same audio with a title before it (ID3v2): another recording for whoever compares bytes. */
function titled(audio: Buffer, title: string): Buffer {
  const text = Buffer.from(`\x00${title}`, 'latin1');
  const frame = Buffer.concat([Buffer.from([0x54, 0x49, 0x54, 0x32, 0, 0, 0, text.length, 0, 0]), text]);
  return Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, frame.length]), frame, audio]);
}

function upload(fields: Record<string, string>, filename: string, contentType: string, bytes: Buffer): Buffer {
  const disposition = (name: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`;
  const texts = Object.entries(fields).map(([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`);
  const head = `${texts.join('')}${disposition('file')}; filename="${filename}"\r\ncontent-type: ${contentType}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
}
