import { id3Length, viewOf } from './bytes.js';
import { damaged, incomplete } from './damaged.js';

export interface FlacStreamInfo {
  /** Hz. */
  sampleRate: number;
  channels: number;
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
  if (sampleRate < 1000 || sampleRate > 384_000) throw damaged('FLAC');
  return {
    sampleRate,
    channels: ((rateAndDepth >>> 9) & 7) + 1,
    totalSamples: (view.getUint8(start + 13) & 15) * 2 ** 32 + view.getUint32(start + 14),
  };
}
