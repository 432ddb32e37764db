import { hasAscii, id3Length, viewOf } from './bytes.js';

/** The header of one frame of MPEG audio layer III. */
export interface MpegFrame {
  start: number;
  /** Bytes, header included. */
  length: number;
  /** Per channel. */
  samples: number;
  /** Hz. */
  sampleRate: number;
  channels: 1 | 2;
  /** The header's own bytes that never change within one stream: version, layer and rate. */
  kind: number;
}

const BITRATES_MPEG1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const BITRATES_MPEG2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/** The layer III frame that begins at `start`, if one does. */
export function mpegFrameAt(bytes: Uint8Array, start: number): MpegFrame | undefined {
  if (bytes[start] !== 0xff) return undefined;
  const second = bytes[start + 1];
  const third = bytes[start + 2];
  const fourth = bytes[start + 3];
  if (second === undefined || third === undefined || fourth === undefined) return undefined;
  const version = (second >> 3) & 3;
  if ((second & 0xe0) !== 0xe0 || version === 1 || ((second >> 1) & 3) !== 1) return undefined;
  const isMpeg1 = version === 3;
  const kilobits = (isMpeg1 ? BITRATES_MPEG1 : BITRATES_MPEG2)[third >> 4];
  const baseRate = SAMPLE_RATES[(third >> 2) & 3];
  if (kilobits === undefined || kilobits === 0 || baseRate === undefined) return undefined;
  const sampleRate = isMpeg1 ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4;
  const length = Math.floor(((isMpeg1 ? 144 : 72) * kilobits * 1000) / sampleRate) + ((third >> 1) & 1);
  return {
    start,
    length,
    samples: isMpeg1 ? 1152 : 576,
    sampleRate,
    channels: fourth >> 6 === 3 ? 1 : 2,
    kind: ((second & 0x1e) << 8) | (third & 0x0c),
  };
}

/** How far behind the tags the first frame may begin. */
const FIRST_FRAME_WITHIN = 4096;

/** The first frame that a second one of the same kind follows: two, so that random bytes do not pass. */
export function firstMpegFrame(bytes: Uint8Array): MpegFrame | undefined {
  const from = id3Length(bytes);
  const to = Math.min(bytes.length, from + FIRST_FRAME_WITHIN);
  for (let start = from; start < to; start++) {
    const frame = mpegFrameAt(bytes, start);
    if (frame !== undefined && isFollowed(bytes, frame)) return frame;
  }
  return undefined;
}

/** Every whole frame, in order; what is no frame is stepped over. */
export function* mpegFrames(bytes: Uint8Array): Generator<MpegFrame> {
  const first = firstMpegFrame(bytes);
  if (first === undefined) return;
  let inStep = true;
  for (let start = first.start; start + 4 <= bytes.length;) {
    const frame = mpegFrameAt(bytes, start);
    if (frame !== undefined && frame.kind === first.kind && (inStep || isFollowed(bytes, frame))) {
      inStep = true;
      if (start + frame.length <= bytes.length) yield frame;
      start += frame.length;
    } else {
      inStep = false;
      start++;
    }
  }
}

function isFollowed(bytes: Uint8Array, frame: MpegFrame): boolean {
  return mpegFrameAt(bytes, frame.start + frame.length)?.kind === frame.kind;
}

/**
 * What a Xing or Info frame says must be cut off: samples the encoder put before the audio and behind it, the
 * decoder's own delay included. `undefined` when the frame is an ordinary one.
 */
export function infoFrameTrim(bytes: Uint8Array, frame: MpegFrame): { delay: number; padding: number } | undefined {
  const tag = infoTagStart(bytes, frame);
  if (tag === undefined) return undefined;
  const flags = bytes[tag + 7] ?? 0;
  const fields = (flags & 1) * 4 + ((flags >> 1) & 1) * 4 + ((flags >> 2) & 1) * 100 + ((flags >> 3) & 1) * 4;
  const lame = tag + 8 + fields + 21;
  const [first = 0, second = 0, third = 0] = bytes.subarray(lame, lame + 3);
  const delay = (first << 4) | (second >> 4);
  const padding = ((second & 15) << 8) | third;
  return delay === 0 && padding === 0
    ? { delay: 0, padding: 0 }
    : { delay: delay + DECODER_DELAY, padding: Math.max(0, padding - DECODER_DELAY) };
}

/** Samples every layer III decoder is behind. */
export const DECODER_DELAY = 529;

/**
 * Frames and bytes of the whole file, as a Xing or Info frame announces them: without that frame and with it, if its
 * writer kept to the rules. `undefined` where it does not say, or there is none.
 */
export function infoFrameTotals(bytes: Uint8Array, frame: MpegFrame): { frames: number | undefined; bytes: number | undefined } {
  const tag = infoTagStart(bytes, frame);
  const flags = tag === undefined ? 0 : (bytes[tag + 7] ?? 0);
  const field = (offset: number) => (tag === undefined ? 0 : viewOf(bytes).getUint32(tag + offset));
  return { frames: (flags & 1) === 0 ? undefined : field(8), bytes: (flags & 2) === 0 ? undefined : field((flags & 1) === 0 ? 8 : 12) };
}

function infoTagStart(bytes: Uint8Array, frame: MpegFrame): number | undefined {
  const sideInfo = frame.samples === 1152 ? (frame.channels === 1 ? 17 : 32) : frame.channels === 1 ? 9 : 17;
  const tag = frame.start + 4 + sideInfo;
  return hasAscii(bytes, 'Xing', tag) || hasAscii(bytes, 'Info', tag) ? tag : undefined;
}
