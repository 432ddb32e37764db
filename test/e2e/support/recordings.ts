import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AudioConverter, pcm16ToSamples, type Pcm } from '@parlance/audio';
import type { AudioFormat } from '@parlance/contracts';

/** Eleven seconds of speech, 16 kHz. */
export const speech = readFileSync(fileURLToPath(new URL('../../../libs/audio/src/__fixtures__/jfk.wav', import.meta.url)));
export const spokenWords = 'And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country.';

/** A stretch of it as bare samples; times in seconds. */
export function samplesOf(from: number, to: number): Pcm {
  return { samples: pcm16ToSamples(speech.subarray(44 + 2 * 16_000 * from, 44 + 2 * 16_000 * to)), sampleRate: 16_000 };
}

export async function encoded(pcm: Pcm, format: AudioFormat): Promise<Uint8Array<ArrayBuffer>> {
  const converter = new AudioConverter();
  try {
    return new Uint8Array(await converter.encode(pcm, { format }, new AbortController().signal));
  } finally {
    await converter.close();
  }
}

/** The speech and a second of silence, again and again, as WAV. */
export function longSpeech(seconds: number): Uint8Array<ArrayBuffer> {
  // The recording has a note of its maker between its format and its samples.
  const words = speech.subarray(speech.indexOf('data') + 8);
  const bytes = Buffer.alloc(44 + seconds * 16_000 * 2);
  speech.copy(bytes, 0, 0, 36);
  bytes.write('data', 36);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  for (let at = 44; at < bytes.length; at += words.length + 16_000 * 2) words.copy(bytes, at);
  return new Uint8Array(bytes);
}

/** Hours of nothing in a few kilobytes. */
export async function longSilence(seconds: number): Promise<Uint8Array<ArrayBuffer>> {
  const converter = new AudioConverter();
  const encoder = await converter.openEncoder({ format: 'flac', sampleRate: 8000 }, new AbortController().signal);
  const pieces: Uint8Array[] = [];
  for (let second = 0; second < seconds; second += 60) {
    pieces.push(await encoder.write({ samples: new Float32Array(8000 * 60), sampleRate: 8000 }));
  }
  pieces.push(await encoder.finish());
  await converter.close();
  return new Uint8Array(Buffer.concat(pieces));
}

/** A WAV header that announces `dataBytes`, before the bytes that are there. */
export function wavWith(dataBytes: number, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = Buffer.from(speech.subarray(0, 44));
  header.writeUInt32LE(Math.min(dataBytes + 36, 0xff_ff_ff_f0), 4);
  header.writeUInt32LE(dataBytes, 40);
  return new Uint8Array(Buffer.concat([header, data]));
}
