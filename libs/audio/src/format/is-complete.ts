import { UnsupportedError, type AudioFormat } from '@parlance/contracts';
import { adtsFrameLength } from './adts-frames.js';
import { id3Length } from './bytes.js';
import { flacEndPosition } from './flac-frames.js';
import { flacAudioStart, readStreamInfo } from './flac-stream-info.js';
import { firstMpegFrame, infoFrameTotals, mpegFrames, type MpegFrame } from './mpeg-frames.js';
import { MOST_WALKED, oggPages, type OggPage } from './ogg-pages.js';
import { sniffFormat } from './sniff-format.js';
import { withoutEndTags } from './end-tags.js';
import { readWavHeader } from './wav-header.js';

/**
 * Whether encoded audio is whole, by its container: `false` when it ends in the middle, or is not of that format at
 * all; `undefined` when that cannot be told, as with bare samples, a WAV or FLAC without a length, or a codec nobody
 * here knows. An MP3 or AAC without a total is taken for whole when its last frame is. Costs one walk over the frames
 * or pages at most, decodes nothing, and never throws.
 */
export function isComplete(bytes: Uint8Array, format: AudioFormat): boolean | undefined {
  try {
    return CHECKS[format](bytes);
  } catch (error) {
    return error instanceof UnsupportedError ? undefined : false;
  }
}

const CHECKS: Readonly<Record<AudioFormat, (bytes: Uint8Array) => boolean | undefined>> = {
  mp3: (bytes) => sniffFormat(bytes) === 'mp3' && isWholeMp3(bytes),
  opus: (bytes) => sniffFormat(bytes) === 'ogg-opus' && isWholeOgg(bytes),
  aac: (bytes) => sniffFormat(bytes) === 'aac' && isWholeAdts(bytes),
  flac: (bytes) => (sniffFormat(bytes) === 'flac' ? isWholeFlac(bytes) : false),
  wav: (bytes) => (sniffFormat(bytes) === 'wav' ? isWholeWav(bytes) : false),
  pcm: isWholePcm,
};

function isWholeMp3(bytes: Uint8Array): boolean {
  const audio = withoutEndTags(bytes);
  let [first, last]: (MpegFrame | undefined)[] = [];
  let frames = 0;
  for (const frame of mpegFrames(audio)) {
    first ??= frame;
    last = frame;
    frames++;
  }
  if (first === undefined || last === undefined || !isPadding(audio.subarray(last.start + last.length))) return false;
  const announced = infoFrameTotals(bytes, first);
  // Some count the frame with the totals too, and a tag in front: what is less than that is certainly too little.
  return frames >= (announced.frames ?? 0) && bytes.length >= (announced.bytes ?? 0);
}

function isWholeAdts(bytes: Uint8Array): boolean {
  const audio = withoutEndTags(bytes);
  let start = id3Length(audio);
  while (start < audio.length) {
    // Segments that were joined have a tag each.
    const tag = id3Length(audio.subarray(start));
    const length = tag > 0 ? tag : adtsFrameLength(audio, start);
    if (length === undefined) return isPadding(audio.subarray(start));
    start += length;
  }
  return start === audio.length;
}

function isWholeOgg(bytes: Uint8Array): boolean {
  let last: OggPage | undefined;
  for (const page of oggPages(bytes, false, MOST_WALKED)) last = page;
  return last !== undefined && last.isLast && !last.endsOpen;
}

function isWholeFlac(bytes: Uint8Array): boolean | undefined {
  const audio = withoutEndTags(bytes);
  const info = readStreamInfo(audio);
  const start = flacAudioStart(audio);
  const end = start === audio.length ? 0 : flacEndPosition(audio, start, info);
  if (end === undefined || end < info.totalSamples) return false;
  return info.totalSamples === 0 ? undefined : true;
}

function isWholeWav(bytes: Uint8Array): boolean | undefined {
  const { announcedBytes, dataStart, frameBytes } = readWavHeader(bytes);
  const present = bytes.length - dataStart;
  if (announcedBytes !== undefined) return present >= announcedBytes;
  return present % frameBytes === 0 ? undefined : false;
}

/** Bare samples have no end; it can only be seen that they are none. */
function isWholePcm(bytes: Uint8Array): boolean | undefined {
  const isSamples = bytes.length > 0 && bytes.length % 2 === 0 && !isFile(bytes) && !isText(bytes);
  return isSamples ? undefined : false;
}

/** A header of MP3 counts only right at the start: farther on, samples may look like one. */
function isFile(bytes: Uint8Array): boolean {
  const kind = sniffFormat(bytes);
  return kind !== undefined && (kind !== 'mp3' || firstMpegFrame(bytes)?.start === id3Length(bytes));
}

const TEXT_BEGINNING = 64;
const SHORTEST_TEXT = 8;

/** A page or a message instead of audio. Samples would have to be loud, and of one sign, for all of the beginning. */
function isText(bytes: Uint8Array): boolean {
  const beginning = bytes.subarray(0, TEXT_BEGINNING);
  if (beginning.length < SHORTEST_TEXT) return false;
  try {
    // As a stream: the last character may be cut.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(beginning, { stream: true });
    // oxlint-disable-next-line no-control-regex
    return !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text);
  } catch {
    return false;
  }
}

function isPadding(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
