import type { RecordingFormat } from '@parlance/contracts';
import { hasAscii, viewOf } from './bytes.js';
import { readStreamInfo } from './flac-stream-info.js';
import { infoFrameTrim, mpegFrames } from './mpeg-frames.js';
import { isCutMp4, mp4Duration } from './mp4.js';
import { MOST_WALKED, oggPackets, type OggPage } from './ogg-pages.js';
import { OPUS_RATE, opusPacketSamples, readOpusHead } from './opus-packets.js';
import { readWavHeader } from './wav-header.js';
import { webmDuration } from './webm.js';

/** The most a Vorbis packet can hold. */
const VORBIS_PACKET_SAMPLES = 4096;

/**
 * Seconds of audio to the microsecond, read from the container without decoding; `undefined` where it does not say, or is damaged.
 * Costs one walk over the frames or pages at most, and over no more of them than a recording has.
 */
export function measureDuration(bytes: Uint8Array, format: RecordingFormat): number | undefined {
  try {
    const seconds = MEASURES[format](bytes);
    return seconds !== undefined && Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1e6) / 1e6 : undefined;
  } catch {
    // Whether a file is any good is for the decoder to say, which tells what is wrong with it.
    return undefined;
  }
}

const MEASURES: Readonly<Record<RecordingFormat, (bytes: Uint8Array) => number | undefined>> = {
  wav: measureWav,
  mp3: measureMp3,
  'ogg-opus': measureOggOpus,
  'ogg-vorbis': measureOggVorbis,
  flac: measureFlac,
  webm: webmDuration,
  // Of a recording that was cut off a provider would hear the beginning, as if it were all.
  mp4: (bytes) => (isCutMp4(bytes) ? undefined : mp4Duration(bytes)),
  aac: () => undefined,
  amr: () => undefined,
  pcm: () => undefined,
};

function measureWav(bytes: Uint8Array): number {
  const header = readWavHeader(bytes);
  return Math.floor((header.dataEnd - header.dataStart) / header.frameBytes) / header.sampleRate;
}

/** Walks the frame headers, which is exact at any bit rate. */
function measureMp3(bytes: Uint8Array): number | undefined {
  let [seconds, rate] = [0, 0];
  let trim: ReturnType<typeof infoFrameTrim>;
  for (const frame of mpegFrames(bytes)) {
    if (rate === 0) {
      rate = frame.sampleRate;
      trim = infoFrameTrim(bytes, frame);
      if (trim !== undefined) continue;
    }
    seconds += frame.samples / frame.sampleRate;
  }
  return rate === 0 ? undefined : Math.max(0, seconds - ((trim?.delay ?? 0) + (trim?.padding ?? 0)) / rate);
}

/** The last position less the first, since a stream that was joined late does not begin at 0. */
function measureOggOpus(bytes: Uint8Array): number | undefined {
  let stream: { serial: number; preSkip: number; start: number | undefined; end: number } | undefined;
  let total = 0;
  for (const { data, page, position } of oggPackets(bytes, false, MOST_WALKED)) {
    if (page.isFirst && hasAscii(data, 'OpusHead')) {
      total += stream === undefined ? 0 : lengthOf(stream);
      stream = { serial: page.serial, preSkip: readOpusHead(data).preSkip, start: undefined, end: 0 };
    } else if (stream !== undefined && page.serial === stream.serial && page.granule !== undefined && position === 0) {
      if (hasAscii(data, 'OpusTags')) continue;
      stream.start ??= opusStart(page);
      stream.end = Math.max(stream.end, page.granule);
    }
  }
  return stream === undefined ? undefined : (total + lengthOf(stream)) / OPUS_RATE;
}

function lengthOf(stream: { preSkip: number; start: number | undefined; end: number }): number {
  return Math.max(0, stream.end - (stream.start ?? 0) - stream.preSkip);
}

/** The position of the first sample of a stream whose first audio page is `page`; that page may be cut short when it is the last. */
export function opusStart(page: OggPage): number {
  if (page.isLast || page.granule === undefined) return 0;
  const whole = page.endsOpen ? page.pieces.slice(0, -1) : page.pieces;
  return Math.max(0, page.granule - whole.reduce((sum, piece) => sum + opusPacketSamples(piece), 0));
}

function measureOggVorbis(bytes: Uint8Array): number | undefined {
  let stream: { serial: number; rate: number; start: number | undefined; end: number } | undefined;
  let total = 0;
  for (const { data, page } of oggPackets(bytes, false, MOST_WALKED)) {
    if (page.isFirst && hasAscii(data, '\u0001vorbis')) {
      total += stream === undefined ? 0 : (stream.end - (stream.start ?? 0)) / stream.rate;
      stream = { serial: page.serial, rate: viewOf(data).getUint32(12, true), start: undefined, end: 0 };
    } else if (stream !== undefined && page.serial === stream.serial && page.granule !== undefined && page.granule > 0) {
      // More than the packets of a page can hold: the stream was joined late.
      stream.start ??= page.granule > page.pieces.length * VORBIS_PACKET_SAMPLES ? page.granule : 0;
      stream.end = Math.max(stream.end, page.granule);
    }
  }
  return stream === undefined ? undefined : total + (stream.end - (stream.start ?? 0)) / stream.rate;
}

function measureFlac(bytes: Uint8Array): number | undefined {
  const { sampleRate, totalSamples } = readStreamInfo(bytes);
  return totalSamples === 0 ? undefined : totalSamples / sampleRate;
}
