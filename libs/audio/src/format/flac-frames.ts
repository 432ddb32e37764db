import { viewOf } from './bytes.js';
import type { FlacStreamInfo } from './flac-stream-info.js';

/** The blocks a frame holds at least: header, one subframe, checksum. */
const SHORTEST_FRAME = 9;
/** Of all headers, beyond one sample by one. */
const FRAME_OVERHEAD = 256;
/** Chance makes one header in ten million bytes look right: more candidates than these were put there on purpose. */
const MOST_CANDIDATES = 16;

/**
 * The position behind the last sample (per channel, from the start of the stream) of the frame that ends exactly at
 * the end of `bytes`, checksum included; `undefined` when none does: the file ends inside a frame. Looks no farther
 * back than the longest frame the stream may hold.
 */
export function flacEndPosition(bytes: Uint8Array, audioStart: number, info: FlacStreamInfo): number | undefined {
  const longest = Math.ceil((info.blockSize * info.channels * (info.bitsPerSample + 1)) / 8) + FRAME_OVERHEAD;
  const lowest = Math.max(audioStart, bytes.length - longest);
  let candidates = 0;
  for (let start = bytes.length - SHORTEST_FRAME; start >= lowest && candidates < MOST_CANDIDATES; start--) {
    if (bytes[start] !== 0xff) continue;
    const end = frameEndPosition(bytes, start, info);
    if (end === undefined) continue;
    candidates++;
    // A checksum over what it is of and over itself is zero.
    if (checksum16(bytes.subarray(start)) === 0) return end;
  }
  return undefined;
}

/**
 * The frames that stand one behind the other, the first at the start of `bytes`; the last is whatever is left. One ends
 * where its checksum is right and another header follows.
 */
export function* splitFlacFrames(bytes: Uint8Array, info: FlacStreamInfo): Generator<Uint8Array> {
  let [start, sum] = [0, 0];
  for (const [index, byte] of bytes.entries()) {
    if (sum === 0 && byte === 0xff && index > start && frameEndPosition(bytes, index, info) !== undefined) {
      yield bytes.subarray(start, index);
      start = index;
    }
    sum = addTo16(sum, byte);
  }
  if (start < bytes.length) yield bytes.subarray(start);
}

/** The position behind the last sample of the frame whose header stands at `start` (RFC 9639, section 9.1). */
function frameEndPosition(bytes: Uint8Array, start: number, info: FlacStreamInfo): number | undefined {
  const [, second = 0, third = 0, fourth = 0] = bytes.subarray(start, start + 4);
  const [blockCode, rateCode] = [third >> 4, third & 15];
  if ((second & 0xfe) !== 0xf8 || blockCode === 0 || rateCode === 15 || fourth >> 4 > 10 || (fourth & 1) === 1) return undefined;
  const number = codedNumber(bytes, start + 4);
  if (number === undefined) return undefined;
  const block = blockSize(bytes, number.end, blockCode);
  const end = block.end + (rateCode < 12 ? 0 : rateCode === 12 ? 1 : 2);
  if (end >= bytes.length || checksum8(bytes.subarray(start, end + 1)) !== 0) return undefined;
  const isVariable = (second & 1) === 1;
  return (isVariable ? number.value : number.value * info.blockSize) + block.samples;
}

/** A number of up to 36 bits, written as UTF-8 would write it. */
function codedNumber(bytes: Uint8Array, start: number): { value: number; end: number } | undefined {
  const first = bytes[start] ?? 0;
  const ones = Math.clz32(~(first << 24));
  if (ones === 0) return { value: first, end: start + 1 };
  if (ones === 1 || ones === 8) return undefined;
  let value = first & (0x7f >> ones);
  for (let index = 1; index < ones; index++) value = value * 64 + ((bytes[start + index] ?? 0) & 0x3f);
  return { value, end: start + ones };
}

function blockSize(bytes: Uint8Array, start: number, code: number): { samples: number; end: number } {
  if (code === 6) return { samples: (bytes[start] ?? 0) + 1, end: start + 1 };
  if (code === 7) return { samples: start + 2 <= bytes.length ? viewOf(bytes).getUint16(start) + 1 : 0, end: start + 2 };
  return { samples: code === 1 ? 192 : code < 6 ? 576 << (code - 2) : 256 << (code - 8), end: start };
}

/** CRC-8 with polynomial x^8 + x^2 + x + 1. */
function checksum8(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum & 0x80) === 0 ? sum << 1 : ((sum << 1) ^ 0x07) & 0xff;
  }
  return sum;
}

/** CRC-16 with polynomial x^16 + x^15 + x^2 + 1. */
function checksum16(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum = addTo16(sum, byte);
  return sum;
}

function addTo16(sum: number, byte: number): number {
  return ((sum << 8) & 0xffff) ^ (TABLE_16[(sum >> 8) ^ byte] ?? 0);
}

const TABLE_16 = Uint16Array.from({ length: 256 }, (_, index) => {
  let value = index << 8;
  for (let bit = 0; bit < 8; bit++) value = (value & 0x8000) === 0 ? value << 1 : ((value << 1) ^ 0x8005) & 0xffff;
  return value;
});
