import type { RecordingFormat } from './audio-format.js';
import type { Bytes } from './byte-source.js';
import type { TranscriptionCapabilities } from './capabilities.js';
import type { LanguageTag } from './language.js';
import type { Usage } from './usage.js';
import type { Warning } from './warning.js';

/** A recording in a form the provider takes. `pcm` is signed 16-bit little-endian mono. */
export interface Recording {
  /** In memory, or in a file where they are many: `sizeOf`, `readAll` and `piecesOf` do with both. */
  bytes: Bytes;
  format: RecordingFormat;
  /** Hz; always there for `pcm`. */
  sampleRate?: number;
  /** Seconds, where known. */
  duration?: number;
  /** How many there are, where that is known: more than one are mixed down before a provider is asked. */
  channels?: number;
}

export interface TranscriptionRequest {
  recording: Recording;
  model: string;
  /** Absent: the provider finds out, or takes its default. */
  language?: LanguageTag;
  /** Words and spellings to expect. */
  prompt?: string;
  /** 0-1. */
  temperature?: number;
  /** Whether to write punctuation; absent: as the vendor does by itself. */
  punctuation?: boolean;
  /** Whether to mask or leave out profanities; absent: as the vendor does by itself. */
  profanityFilter?: boolean;
  /** `false`: nobody needs the times of words, and they need not be made. Absent: as the account is set up. */
  words?: boolean;
  /** Called in order of time with each piece whose text is final, before the whole is. */
  onSegment?: (segment: TranscriptSegment) => void;
  /** The vendor's own options. */
  options?: Readonly<Record<string, unknown>>;
}

/** A stretch of speech; times are seconds from the start of the recording. */
export interface TranscriptSegment {
  start: number;
  end: number;
  text: string;
}

export interface TranscriptWord {
  start: number;
  end: number;
  word: string;
}

export interface Transcript {
  /** Empty when there is no speech: silence is a valid answer. */
  text: string;
  language?: LanguageTag;
  /** Seconds of audio. */
  duration: number;
  segments?: readonly TranscriptSegment[];
  words?: readonly TranscriptWord[];
  /** 0-1. */
  confidence?: number;
  usage?: Usage;
  warnings: readonly Warning[];
}

/** Speech to text by one vendor or engine. */
export interface TranscriptionProvider {
  readonly name: string;
  readonly capabilities: TranscriptionCapabilities;
  /** @throws ParlanceError; AbortedError when the signal fires. */
  transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript>;
}
