import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createEncoder } from 'wasm-media-encoders';
import { joinBytes } from '../format/bytes.js';
import { mpegFrames, type MpegFrame } from '../format/mpeg-frames.js';
import type { SampleEncoder } from './sample-encoder.js';

const SAMPLE_RATES = [16_000, 22_050, 24_000, 32_000, 44_100, 48_000] as const;
const KILOBITS_PER_SECOND = 64;
/** Samples LAME puts before the audio. */
const ENCODER_DELAY = 576;

/** A WebAssembly.Module, which TypeScript declares for browsers only. */
let compiledLame: unknown;

/**
 * Compiled once in each thread, from the package's file. By itself the package fetches it from a URL in its source for every
 * encoder: 66 ms of work each time instead of 8.
 */
async function createLame() {
  const lame = compiledLame ?? readFileSync(createRequire(import.meta.url).resolve('wasm-media-encoders/wasm/mp3'));
  return createEncoder('audio/mpeg', lame as Uint8Array, (compiled: unknown) => (compiledLame = compiled));
}

export async function createMp3Encoder(sampleRate: number): Promise<SampleEncoder> {
  const outputSampleRate = SAMPLE_RATES.find((rate) => rate === sampleRate);
  if (outputSampleRate === undefined) throw new Error(`MP3 has no sample rate ${sampleRate}.`);
  const lame = await createLame();
  lame.configure({ channels: 1, sampleRate, outputSampleRate, bitrate: KILOBITS_PER_SECOND });
  let taken = 0;
  return {
    write: (samples) => {
      taken += samples.length;
      // The answer lies in the encoder's own memory.
      return lame.encode([samples]).slice();
    },
    finish: () => lame.finalize().slice(),
    complete: (whole) => joinBytes([infoFrame(whole, taken), whole]),
    close: () => undefined,
  };
}

/** A frame of silence that tells players how long the file is, and what to cut off at both ends. */
function infoFrame(whole: Uint8Array, taken: number): Uint8Array {
  const frames = [...mpegFrames(whole)];
  const [first] = frames;
  if (first === undefined) return new Uint8Array(0);
  const bytes = new Uint8Array(first.length);
  bytes.set(whole.subarray(0, 4));
  // The header's padding bit belongs to the length of the copied frame, so that both are taken over.
  const tag = 4 + sideInfoBytes(first);
  const view = new DataView(bytes.buffer);
  const total = frames.length * first.samples;
  const padding = Math.max(0, Math.min(4095, total - taken - ENCODER_DELAY));
  bytes.set(new TextEncoder().encode('Info'), tag);
  view.setUint32(tag + 4, 3);
  view.setUint32(tag + 8, frames.length);
  view.setUint32(tag + 12, whole.length + bytes.length);
  bytes.set(new TextEncoder().encode('LAME3.100'), tag + 16);
  const gapless = tag + 16 + 21;
  bytes[gapless] = ENCODER_DELAY >> 4;
  bytes[gapless + 1] = ((ENCODER_DELAY & 15) << 4) | (padding >> 8);
  bytes[gapless + 2] = padding & 0xff;
  return bytes;
}

function sideInfoBytes(frame: MpegFrame): number {
  return frame.samples === 1152 ? 17 : 9;
}
