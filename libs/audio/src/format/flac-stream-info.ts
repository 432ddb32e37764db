import { id3Length, viewOf } from './bytes.js';
import { damaged, incomplete } from './damaged.js';

export interface FlacStreamInfo {
  /** Hz. */
  sampleRate: number;
  channels: number;
  bitsPerSample: number;
  /** Samples per channel of the longest block; of every block but the last where all are of one size. */
  blockSize: number;
  /** Per channel; 0: not known, as in a file that was streamed. */
  totalSamples: number;
}

/** Where STREAMINFO begins behind `fLaC`: it is always the first block, and has a header of its own. */
const FROM_MARKER = 8;
const LENGTH = 34;

/** @throws InvalidRequestError */
export function readStreamInfo(bytes: Uint8Array): FlacStreamInfo {
  const start = id3Length(bytes) + FROM_MARKER;
  if (start + LENGTH > bytes.length) throw incomplete('FLAC');
  const view = viewOf(bytes);
  const rateAndDepth = view.getUint32(start + 10);
  const sampleRate = rateAndDepth >>> 12;
  const isStreamInfo = (view.getUint32(start - 4) & 0x7fff_ffff) === LENGTH;
  if (!isStreamInfo || sampleRate < 1000 || sampleRate > 384_000) throw damaged('FLAC');
  return {
    sampleRate,
    channels: ((rateAndDepth >>> 9) & 7) + 1,
    bitsPerSample: ((rateAndDepth >>> 4) & 31) + 1,
    blockSize: view.getUint16(start + 2),
    totalSamples: (view.getUint8(start + 13) & 15) * 2 ** 32 + view.getUint32(start + 14),
  };
}

/** Where the first frame begins: behind the last of the metadata blocks. */
export function flacAudioStart(bytes: Uint8Array): number {
  let offset = id3Length(bytes) + 4;
  for (let isLast = false; !isLast;) {
    const [kind, high, middle, low] = bytes.subarray(offset, offset + 4);
    if (kind === undefined || high === undefined || middle === undefined || low === undefined) throw incomplete('FLAC');
    isLast = (kind & 0x80) !== 0;
    offset += 4 + ((high << 16) | (middle << 8) | low);
  }
  return offset;
}
