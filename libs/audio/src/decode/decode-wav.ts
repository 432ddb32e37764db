import { viewOf } from '../format/bytes.js';
import { readWavHeader, type WavHeader } from '../format/wav-header.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';

const FRAMES_PER_CHUNK = 32_768;

export function* decodeWav(bytes: Uint8Array): Generator<PcmChunk> {
  const header = readWavHeader(bytes);
  const { channels, dataStart, dataEnd, frameBytes, sampleRate } = header;
  const read = sampleReader(bytes, header);
  const sampleBytes = frameBytes / channels;
  const total = Math.floor((dataEnd - dataStart) / frameBytes);
  for (let first = 0; first < total; first += FRAMES_PER_CHUNK) {
    const length = Math.min(FRAMES_PER_CHUNK, total - first);
    yield {
      channels: Array.from({ length: channels }, (_, channel) => {
        const samples = new Float32Array(length);
        let offset = dataStart + first * frameBytes + channel * sampleBytes;
        for (let index = 0; index < length; index++, offset += frameBytes) samples[index] = read(offset);
        return samples;
      }),
      sampleRate,
    };
  }
}

/** Reads the sample at a byte offset as -1..1. */
function sampleReader(bytes: Uint8Array, { encoding, bitsPerSample }: WavHeader): (offset: number) => number {
  const view = viewOf(bytes);
  if (encoding === 'a-law') return (offset) => aLaw(view.getUint8(offset)) / 32_768;
  if (encoding === 'mu-law') return (offset) => muLaw(view.getUint8(offset)) / 32_768;
  if (encoding === 'float') {
    return bitsPerSample === 64 ? (offset) => view.getFloat64(offset, true) : (offset) => view.getFloat32(offset, true);
  }
  switch (bitsPerSample) {
    case 8:
      return (offset) => (view.getUint8(offset) - 128) / 128;
    case 24:
      return (offset) => (view.getUint16(offset, true) + view.getInt8(offset + 2) * 65_536) / 8_388_608;
    case 32:
      return (offset) => view.getInt32(offset, true) / 2_147_483_648;
    default:
      return (offset) => view.getInt16(offset, true) / 32_768;
  }
}

/** G.711. */
function muLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 15) << 3) + 132) << ((bits >> 4) & 7)) - 132;
  return (bits & 0x80) === 0 ? magnitude : -magnitude;
}

/** G.711. */
function aLaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = (bits & 15) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 264) << (exponent - 1);
  return (bits & 0x80) === 0 ? -magnitude : magnitude;
}
