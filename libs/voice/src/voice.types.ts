import type {
  AudioFormat,
  Bytes,
  LanguageTag,
  Trace,
  TraceCandidate,
  TraceSkipped,
  TranscriptSegment,
  TranscriptWord,
  Usage,
  VoiceFile,
  Warning,
} from '@parlance/contracts';
import type { PlanEntry } from './plan/plan.types.js';
import type { TextPreparation } from './text/prepare-text.js';

/** The request of a client that something is done for: what is logged and traced of it says so. */
export interface RequestOrigin {
  requestId: string;
  /** Its pattern: an address may have anything in it. */
  route: string;
}

/** What is to be spoken, and how. Everything but the text has a default. */
export interface SpeakRequest {
  /** 1 to the service's limit (100 000) characters; markdown, links and emoji are taken out. */
  text: string;
  /** An alias (`alloy`) or a voice of the provider's own. */
  voice?: string;
  /** `model`, an alias such as `tts-1`, or `provider/model` to pin one provider. */
  model?: string;
  /** Providers in the order to try; default: the service's plan. */
  providers?: readonly PlanEntry[];
  /** BCP 47; default `en`. */
  language?: string;
  /** Default `mp3`. */
  format?: AudioFormat;
  /** Hz; default: the format's own (24000). */
  sampleRate?: number;
  /** 0.25-4, default 1. */
  speed?: number;
  /** Semitones -20..20, default 0. */
  pitch?: number;
  /** Decibels -20..20, default 0. */
  volumeGain?: number;
  instructions?: string;
  /** What is taken out of the text before it is spoken. */
  preparation?: TextPreparation;
  /** The vendor's own options. */
  options?: Readonly<Record<string, unknown>>;
  /** `false` neither reads nor writes the cache. Default true. */
  cache?: boolean;
  /** How long the audio is kept, 1-31 536 000; default: the service's. */
  cacheTtlSeconds?: number;
  /** Whose audio it is: nothing is shared between tenants unless the server is told to. */
  tenant?: string;
  agent?: string;
  /** Who asks the agent; only its hash is kept, and only where there is a limit. */
  user?: string;
  /** Requests that the agent takes of one user in a minute, over all processes, at least 1; absent: any number. */
  rateLimitPerMinute?: number;
  /** Called when a passage of a long text is made, with how many there are; not when an equal request makes them. */
  onPiece?: (made: number, of: number) => void;
  /** Absent: it is done for nobody who waits, such as a job. */
  origin?: RequestOrigin;
}

/** Speech in the making. The trace, usage and warnings are complete when the last chunk has been read. */
export interface Speech {
  format: AudioFormat;
  /** For the content-type header. */
  mediaType: string;
  sampleRate: number;
  /** Whole audio when it was there at once (cache hit): send it as one body. */
  bytes?: Uint8Array;
  /**
   * Of what came from the cache: the same once more, counted and traced as a request of its own, for as long as it is there.
   * It is not prepared and planned again, since neither could come to anything else. Its bytes may be the cache's own: they
   * are to be read only.
   * @param origin of the request that is answered so
   */
  again?: (origin?: RequestOrigin) => Speech | Promise<Speech | undefined>;
  /** The audio as it is made; may be read once. Breaking off releases the work unless others share it. */
  chunks: AsyncIterable<Uint8Array>;
  trace: Trace;
  usage: Usage;
  warnings: Warning[];
}

/** Bare samples: signed, 16-bit, little-endian, interleaved. */
export interface RawRecording {
  /** Hz: 8000, 16000, 22050, 44100 or 48000. */
  sampleRate: number;
  /** 1-8; mixed down. */
  channels: number;
}

export interface TranscribeRequest {
  /** What lies in a file is held until the work is over. */
  audio: Bytes;
  /** Only for messages, stored files and `raw`: the format is read from the bytes. */
  filename?: string;
  /**
   * How a recording without a header is to be read. Used for one whose `filename` ends in .pcm, .raw, .l16 or .s16le,
   * and for one without a filename that is in no format that is known.
   */
  raw?: RawRecording;
  model?: string;
  providers?: readonly PlanEntry[];
  /** BCP 47; absent: found out by the provider, or its default. */
  language?: string;
  prompt?: string;
  /** 0-1 */
  temperature?: number;
  /** Whether to write punctuation; default: as the vendor does by itself. */
  punctuation?: boolean;
  /** Whether to mask or leave out profanities; default: as the vendor does by itself. */
  profanityFilter?: boolean;
  /** `false`: no times of words, which some vendors then need not make. */
  words?: boolean;
  /** The vendor's own options. */
  options?: Readonly<Record<string, unknown>>;
  /** `false` neither reads nor writes the cache. Default true. */
  cache?: boolean;
  /** How long the transcript is kept, 1-31 536 000; default: the service's. */
  cacheTtlSeconds?: number;
  tenant?: string;
  agent?: string;
  /** Who asks the agent; only its hash is kept, and only where there is a limit. */
  user?: string;
  /** Requests that the agent takes of one user in a minute, over all processes, at least 1; absent: any number. */
  rateLimitPerMinute?: number;
  /** Whether it may be as large as the service takes from those who do not wait for the answer (`longRecordings`). */
  long?: boolean;
  /**
   * Called with each final piece in order of time, before the whole is there; on a cache hit before the answer.
   * `share` (0-1) says how much of the recording is heard by then.
   */
  onSegment?: (segment: TranscriptSegment, share: number) => void;
  /** Absent: it is done for nobody who waits, such as a job. */
  origin?: RequestOrigin;
}

export interface Transcription {
  /** Empty: there is no speech in it. */
  text: string;
  language?: LanguageTag;
  /** Seconds. */
  duration: number;
  segments: readonly TranscriptSegment[];
  words?: readonly TranscriptWord[];
  confidence?: number;
  usage: Usage;
  warnings: readonly Warning[];
  trace: Trace;
}

/** Speech put into the object store. */
export interface StoredSpeech {
  file: VoiceFile;
  /** Expires; see `expiresAt`. */
  url: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
  trace: Trace;
  usage: Usage;
  warnings: readonly Warning[];
}

/** Speech that could not be put into the object store, which is away: it is here itself. */
export interface UnstoredSpeech {
  file: null;
  url: null;
  expiresAt: null;
  format: AudioFormat;
  mediaType: string;
  /** Hz. */
  sampleRate: number;
  bytes: Uint8Array;
  trace: Trace;
  usage: Usage;
  /** One of them is `storage_unavailable`. */
  warnings: readonly Warning[];
}

/** Who would be asked just now, and who would not. */
export interface PlanOutlook {
  /** In the order in which they are asked. */
  plan: readonly TraceCandidate[];
  /** Those that cannot or may not, and those that are not asked just now. */
  skipped: readonly TraceSkipped[];
  /** What those in the plan speak, or understand; `*` stands for all. */
  languages: readonly LanguageTag[];
}

/** A model as clients list it. */
export interface ListedModel {
  /** `local/flite`, or an alias such as `tts-1`. */
  id: string;
  /** The provider, or `parlance` for an alias. */
  ownedBy: string;
  operation: 'speak' | 'transcribe';
  /** The day (`YYYY-MM-DD`) from which its vendor serves it no more, where that is announced. */
  retires?: string;
  /** What to ask for instead, in words. */
  successor?: string;
}

/** A voice as clients list it. */
export interface ListedVoice {
  /** The name to ask for. */
  id: string;
  name: string;
  /** The provider that has it; an alias lists every provider it is mapped for. */
  providers: readonly string[];
  languages: readonly LanguageTag[];
  alias: boolean;
}
