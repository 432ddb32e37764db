import { InvalidRequestError } from '@parlance/contracts';

export interface Pcm {
  /** Mono, -1..1. */
  samples: Float32Array;
  /** Hz. */
  sampleRate: number;
}

/** Mono: between -1 and 1, or signed 16-bit in half of the memory. */
export type Samples = Float32Array | Int16Array;

/** As {@link Pcm}, in half of the memory: all that a recogniser is sent. */
export interface IntegerPcm {
  /** Mono, signed 16-bit. */
  samples: Int16Array;
  /** Hz. */
  sampleRate: number;
}

const LOWEST_RATE = 1000;
const HIGHEST_RATE = 384_000;

/** @throws InvalidRequestError when audio of that rate cannot be worked with */
export function requireRate(sampleRate: number): void {
  if (Number.isInteger(sampleRate) && sampleRate >= LOWEST_RATE && sampleRate <= HIGHEST_RATE) return;
  throw new InvalidRequestError(
    `Audio of ${sampleRate} Hz cannot be encoded: whole numbers from ${LOWEST_RATE} to ${HIGHEST_RATE} Hz can.`,
    'sample_rate',
  );
}

/** Signed 16-bit little-endian bytes as samples; an odd last byte is left out. */
export function pcm16ToSamples(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const samples = new Float32Array(Math.floor(bytes.length / 2));
  for (let index = 0; index < samples.length; index++) samples[index] = view.getInt16(index * 2, true) / 32_768;
  return samples;
}

/** Samples as signed 16-bit integers; what is louder than full scale is clipped, what is no number is silence. */
export function samplesToInteger16(samples: Float32Array): Int16Array<ArrayBuffer> {
  const integers = new Int16Array(samples.length);
  writeInteger16(samples, integers, 0);
  return integers;
}

/** As {@link samplesToInteger16}, into integers that are there already. */
export function writeInteger16(samples: Float32Array, integers: Int16Array, offset: number): void {
  for (let index = 0; index < samples.length; index++) {
    const value = Math.round((samples[index] ?? 0) * 32_768);
    integers[offset + index] = value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
  }
}

/** What {@link samplesToInteger16} has made integers of. */
export function integer16ToSamples(integers: Int16Array): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(integers.length);
  for (let index = 0; index < samples.length; index++) samples[index] = (integers[index] ?? 0) / 32_768;
  return samples;
}

/** Samples as signed 16-bit little-endian bytes; what is louder than full scale is clipped. */
export function samplesToPcm16(samples: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of samplesToInteger16(samples).entries()) view.setInt16(index * 2, value, true);
  return bytes;
}

export function joinSamples<Kept extends Samples>(pieces: readonly Kept[], create: (length: number) => Kept): Kept {
  const joined = create(pieces.reduce((total, piece) => total + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
