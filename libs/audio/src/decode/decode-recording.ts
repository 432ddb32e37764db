import { setImmediate } from 'node:timers/promises';
import { ParlanceError, throwIfAborted, type RecordingFormat } from '@parlance/contracts';
import { damaged, incomplete, withoutAudio } from '../format/damaged.js';
import { measureDuration } from '../format/measure-duration.js';
import type { Samples } from '../pcm/pcm.js';
import { PcmSink, tooLong, type PcmChunk } from '../pcm/pcm-sink.js';
import { FLOATS, INTEGERS } from '../pcm/sample-store.js';
import { decodeWav } from './decode-wav.js';

/** What is decoded without a program of the system. */
export const EMBEDDED_FORMATS = ['wav', 'mp3', 'ogg-opus', 'ogg-vorbis', 'webm', 'flac'] as const satisfies readonly RecordingFormat[];
export type EmbeddedFormat = (typeof EMBEDDED_FORMATS)[number];

export const FORMAT_NAMES: Readonly<Record<RecordingFormat, string>> = {
  wav: 'WAV',
  mp3: 'MP3',
  'ogg-opus': 'Ogg',
  'ogg-vorbis': 'Ogg',
  webm: 'WebM',
  flac: 'FLAC',
  mp4: 'MP4',
  aac: 'AAC',
  amr: 'AMR',
  pcm: 'PCM',
};

export interface DecodeLimits {
  /** Hz; absent: the source's own. */
  sampleRate?: number;
  maximumSeconds: number;
  /** Whether signed 16-bit samples are wanted: half of the memory. */
  asIntegers: boolean;
}

export interface DecodedRecording<Kept extends Samples> {
  samples: Kept;
  /** Hz. */
  sampleRate: number;
  /** Of the source. */
  channels: number;
  /** Seconds. */
  duration: number;
}

/** What a header may announce more than there is: encoders round up. */
export const SLACK_SECONDS = 1;

/** Work between two looks at the signal, in milliseconds. */
const LOOK_EVERY = 20;

/**
 * Decodes to mono. Only the result is in memory as samples, never the source.
 * @throws InvalidRequestError, TooLargeError, UnsupportedError, AbortedError
 */
export async function decodeRecording(
  bytes: Uint8Array,
  format: EmbeddedFormat,
  limits: DecodeLimits,
  signal: AbortSignal,
): Promise<DecodedRecording<Samples>> {
  const name = FORMAT_NAMES[format];
  const announced = measureDuration(bytes, format);
  if (announced !== undefined && announced > limits.maximumSeconds) throw tooLong(limits.maximumSeconds);
  const sink = new PcmSink<Samples>(limits.sampleRate, limits.maximumSeconds, limits.asIntegers ? INTEGERS : FLOATS, announced);
  try {
    const decode = await DECODERS[format]();
    let looked = performance.now();
    for await (const chunk of decode(bytes, limits.sampleRate)) {
      sink.write(chunk);
      if (performance.now() - looked < LOOK_EVERY) continue;
      // The news that the caller has left comes as a message, which only an idle event loop takes in.
      await setImmediate();
      throwIfAborted(signal);
      looked = performance.now();
    }
  } catch (error) {
    if (error instanceof ParlanceError) throw error;
    throw damaged(name, error);
  }
  if (sink.duration === 0) throw format === 'wav' ? withoutAudio(name) : incomplete(name);
  if (announced !== undefined && sink.duration < announced - SLACK_SECONDS) throw incomplete(name);
  return { ...sink.finish(), channels: sink.channels, duration: toMicroseconds(sink.duration) };
}

/** Added up chunk by chunk it would be told as 8.993500000000001; a header's length is rounded as finely. */
function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

type Decoder = (bytes: Uint8Array, sampleRate: number | undefined) => Iterable<PcmChunk> | AsyncIterable<PcmChunk>;

/** Codecs are loaded when the first recording of their kind comes. */
const DECODERS: Readonly<Record<EmbeddedFormat, () => Promise<Decoder>>> = {
  wav: () => Promise.resolve(decodeWav),
  mp3: async () => (await import('./decode-mp3.js')).decodeMp3,
  'ogg-opus': async () => (await import('./decode-ogg-opus.js')).decodeOggOpus,
  'ogg-vorbis': async () => (await import('./decode-ogg-vorbis.js')).decodeOggVorbis,
  webm: async () => (await import('./decode-webm.js')).decodeWebm,
  flac: async () => (await import('./decode-flac.js')).decodeFlac,
};
