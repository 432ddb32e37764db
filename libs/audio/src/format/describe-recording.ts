import type { RecordingFormat } from '@parlance/contracts';
import { hasAscii, id3Length, viewOf } from './bytes.js';
import { readStreamInfo } from './flac-stream-info.js';
import { measureDuration } from './measure-duration.js';
import { mp4Channels, mp4Duration } from './mp4.js';
import { firstMpegFrame, infoFrameTotals, infoFrameTrim } from './mpeg-frames.js';
import { oggPageAt } from './ogg-pages.js';
import { OPUS_RATE, readOpusHead } from './opus-packets.js';
import { sniffFormat } from './sniff-format.js';
import { readWavHeader } from './wav-header.js';
import { webmAudioTrack } from './webm.js';

/** What a recording says of itself; what it does not say is left out. */
export interface RecordingDescription {
  format: RecordingFormat;
  durationSeconds?: number;
  /** Hz. */
  sampleRate?: number;
  channels?: number;
}

type Facts = Omit<RecordingDescription, 'format'>;

/**
 * Reads what can be read without decoding.
 * @param head the first bytes of the recording, or all of it
 * @param sizeBytes of the whole recording
 * @returns `undefined` when it is none that is known here
 */
export function describeRecording(head: Uint8Array, sizeBytes: number): RecordingDescription | undefined {
  const format = sniffFormat(head);
  if (format === undefined) return undefined;
  const isWhole = head.length >= sizeBytes;
  const facts = known(() => FACTS[format](head, sizeBytes));
  // Of a part only a header tells how long the whole is: counting its frames would not.
  const measured = isWhole || format === 'flac' || format === 'webm' ? measureDuration(head, format) : undefined;
  return { format, ...facts, ...(measured !== undefined && { durationSeconds: measured }) };
}

const FACTS: Readonly<Record<RecordingFormat, (head: Uint8Array, sizeBytes: number) => Facts>> = {
  wav: wavFacts,
  mp3: mp3Facts,
  'ogg-opus': (head) => ({ sampleRate: OPUS_RATE, channels: readOpusHead(firstOggPacket(head, 'OpusHead')).channels }),
  'ogg-vorbis': vorbisFacts,
  webm: webmFacts,
  flac: flacFacts,
  mp4: mp4Facts,
  aac: aacFacts,
  amr: (head) => ({ sampleRate: hasAscii(head, '#!AMR-WB') ? 16_000 : 8000, channels: 1 }),
  pcm: () => ({}),
};

function wavFacts(head: Uint8Array, sizeBytes: number): Facts {
  const { sampleRate, channels, frameBytes, dataStart, dataEnd } = readWavHeader(head, sizeBytes);
  return { sampleRate, channels, durationSeconds: Math.floor((dataEnd - dataStart) / frameBytes) / sampleRate };
}

/** An Info frame says how many others there are. */
function mp3Facts(head: Uint8Array): Facts {
  const frame = firstMpegFrame(head);
  if (frame === undefined) return {};
  const { sampleRate, channels, samples } = frame;
  const { frames } = infoFrameTotals(head, frame);
  const { delay = 0, padding = 0 } = infoFrameTrim(head, frame) ?? {};
  const length = frames === undefined ? undefined : Math.max(0, frames * samples - delay - padding) / sampleRate;
  return { sampleRate, channels, ...(length !== undefined && { durationSeconds: length }) };
}

function vorbisFacts(head: Uint8Array): Facts {
  const view = viewOf(firstOggPacket(head, '\u0001vorbis'));
  return { sampleRate: view.getUint32(12, true), channels: view.getUint8(11) };
}

function webmFacts(head: Uint8Array): Facts {
  const track = webmAudioTrack(head);
  return track === undefined ? {} : { sampleRate: track.sampleRate, channels: track.channels };
}

function flacFacts(head: Uint8Array): Facts {
  const { sampleRate, channels } = readStreamInfo(head);
  return { sampleRate, channels };
}

/** Its table of contents may be in front. */
function mp4Facts(head: Uint8Array): Facts {
  const [length, channels] = [mp4Duration(head), mp4Channels(head)];
  return { ...(length !== undefined && { durationSeconds: length }), ...(channels !== undefined && { channels }) };
}

const AAC_RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];

/** By the first ADTS header: the rate by its number, and the channels, of which 7 stands for 8. */
function aacFacts(head: Uint8Array): Facts {
  const start = id3Length(head);
  const [third = 0, fourth = 0] = head.subarray(start + 2, start + 4);
  const sampleRate = AAC_RATES[(third >> 2) & 15];
  const channels = ((third & 1) << 2) | (fourth >> 6);
  return { ...(sampleRate !== undefined && { sampleRate }), ...(channels > 0 && { channels: channels === 7 ? 8 : channels }) };
}

/** The first packet that begins so; each stream's beginning stands before any audio. */
function firstOggPacket(head: Uint8Array, beginning: string): Uint8Array {
  for (let start = 0; ;) {
    const page = oggPageAt(head, start);
    if (page === undefined || !page.isFirst) return new Uint8Array(0);
    const [packet] = page.pieces;
    if (packet !== undefined && hasAscii(packet, beginning)) return packet;
    start += page.bytes.length;
  }
}

/** Whether a file is any good is for the decoder to say. */
function known(read: () => Facts): Facts {
  try {
    return read();
  } catch {
    return {};
  }
}
