import { InvalidRequestError, UnsupportedError } from '@parlance/contracts';
import { hasAscii, viewOf } from './bytes.js';
import { damaged, incomplete } from './damaged.js';

export type WavEncoding = 'integer' | 'float' | 'a-law' | 'mu-law';

export interface WavHeader {
  encoding: WavEncoding;
  channels: number;
  /** Hz. */
  sampleRate: number;
  bitsPerSample: number;
  /** Bytes of one sample of all channels. */
  frameBytes: number;
  /** Of audio, as the header says; `undefined`: it was written before that was known. */
  announcedBytes: number | undefined;
  /** Where the audio is; `dataEnd` is never behind the last byte of the file. */
  dataStart: number;
  dataEnd: number;
}

/** What the format chunk says. */
type WavSamples = Omit<WavHeader, 'announcedBytes' | 'dataStart' | 'dataEnd'>;

const ENCODINGS = new Map<number, { encoding: WavEncoding; bits: readonly number[] }>([
  [1, { encoding: 'integer', bits: [8, 16, 24, 32] }],
  [3, { encoding: 'float', bits: [32, 64] }],
  [6, { encoding: 'a-law', bits: [8] }],
  [7, { encoding: 'mu-law', bits: [8] }],
]);
const EXTENSIBLE = 0xfffe;
/** What writers that cannot seek put where the size belongs. */
const STREAMED_SIZES = new Set([0, 0x7fff_ffff, 0x7fff_f000, 0x8000_0000, 0xffff_ffff]);

/**
 * Reads the header of a WAV file.
 * @param bytes the file, or as much of its beginning as has the header in it
 * @param sizeBytes of the whole file
 * @throws InvalidRequestError, UnsupportedError
 */
export function readWavHeader(bytes: Uint8Array, sizeBytes = bytes.length): WavHeader {
  const view = viewOf(bytes);
  let format: WavSamples | undefined;
  for (let offset = 12; offset + 8 <= bytes.length;) {
    const size = view.getUint32(offset + 4, true);
    const start = offset + 8;
    if (hasAscii(bytes, 'fmt ', offset)) format = readFormat(bytes, start, size);
    if (hasAscii(bytes, 'data', offset)) {
      if (format === undefined) throw damaged('WAV');
      const dataEnd = start + dataLength(size, sizeBytes - start, format);
      return { ...format, announcedBytes: STREAMED_SIZES.has(size) ? undefined : size, dataStart: start, dataEnd };
    }
    offset = start + size + (size % 2);
  }
  throw incomplete('WAV');
}

function readFormat(bytes: Uint8Array, start: number, size: number): WavSamples {
  if (size < 16) throw damaged('WAV');
  if (start + size > bytes.length) throw incomplete('WAV');
  const view = viewOf(bytes);
  let tag = view.getUint16(start, true);
  const channels = view.getUint16(start + 2, true);
  const sampleRate = view.getUint32(start + 4, true);
  const bitsPerSample = view.getUint16(start + 14, true);
  if (tag === EXTENSIBLE && size >= 26) tag = view.getUint16(start + 24, true);
  const known = ENCODINGS.get(tag);
  if (known === undefined || !known.bits.includes(bitsPerSample)) {
    throw new UnsupportedError(
      `WAV with codec 0x${tag.toString(16)} and ${bitsPerSample} bits cannot be read: send 16-bit PCM, or 8, 24 or 32-bit PCM, float, A-law or mu-law.`,
      'file',
    );
  }
  if (channels < 1 || channels > 32) {
    throw new InvalidRequestError(`The WAV header announces ${channels} channels; 1 to 32 can be read.`, 'file', {
      reason: 'damaged_audio',
    });
  }
  if (sampleRate < 1000 || sampleRate > 384_000) {
    throw new InvalidRequestError(`The WAV header announces ${sampleRate} Hz; 1000 to 384000 can be read.`, 'file', {
      reason: 'damaged_audio',
    });
  }
  return { encoding: known.encoding, channels, sampleRate, bitsPerSample, frameBytes: (channels * bitsPerSample) / 8 };
}

/** A tenth of a second may be missing: some recorders close the file before its last block. */
function dataLength(announced: number, present: number, format: WavSamples): number {
  if (STREAMED_SIZES.has(announced) || announced <= present) return announced <= present && announced > 0 ? announced : present;
  const slack = (format.sampleRate * format.frameBytes) / 10;
  if (announced - present > slack) {
    throw new InvalidRequestError(
      `The WAV header announces ${announced} bytes of audio but only ${present} are there: upload the whole file.`,
      'file',
      { reason: 'incomplete_audio' },
    );
  }
  return present;
}
