import type {
  LanguageTag,
  SpeechProvider,
  SpeechRequest,
  TraceSkipped,
  TranscriptionProvider,
  TranscriptionRequest,
  Warning,
} from '@parlance/contracts';

/** One provider with the request as it will be asked: names mapped, values within its ranges. */
export interface SpeechCandidate {
  provider: SpeechProvider;
  /** Why it is not asked now: only what it has made before may be used. */
  barred?: string;
  /** Tells an account of the asker's own from the configured one of that name; absent: the configured one. */
  account?: string;
  /** All but the text, which is cut into pieces later. */
  request: Omit<SpeechRequest, 'text'>;
  warnings: readonly Warning[];
}

export interface TranscriptionCandidate {
  provider: TranscriptionProvider;
  /** Why it is not asked now: only what it has made before may be used. */
  barred?: string;
  /** Tells an account of the asker's own from the configured one of that name; absent: the configured one. */
  account?: string;
  model: string;
  language?: LanguageTag;
  /** Those that it can follow. */
  wishes?: Pick<TranscriptionRequest, 'punctuation' | 'profanityFilter' | 'words' | 'options'>;
  warnings: readonly Warning[];
}

/** A provider as settings want it asked: its name alone, or with more. */
export type PlanEntry = string | PlanPreference;

export interface PlanPreference {
  name: string;
  /** Lower is asked first; default: its place in the list. Equal ones are of the same rank: see {@link Routing}. */
  priority?: number;
  /** Its share among those of the same rank, > 0; default 1. */
  weight?: number;
  /** `false`: asked only when it stands first. Default true. */
  fallback?: boolean;
  /** What it is asked for where a request for speech says nothing. */
  speech?: SpeechPreference;
  /** What it is asked for where a request for a transcript says nothing. */
  transcription?: TranscriptionPreference;
  /**
   * Options of an account of the asker's own (its key, its address), laid over those of the configured account of that
   * name. Keys of the configured account are never sent to another address.
   */
  account?: Readonly<Record<string, unknown>>;
}

/** An entry with its defaults filled in. */
export type Preference = PlanPreference & Required<Pick<PlanPreference, 'priority' | 'weight' | 'fallback'>>;

/** What one provider is asked for where the request itself says nothing. */
export interface SpeechPreference {
  /** A model of its own, or an alias; one that it does not list only where it takes any. */
  model?: string;
  /** A voice of its own, or an alias; one that it does not list only where it takes any. */
  voice?: string;
  /** BCP 47. */
  language?: string;
  /** 0.25-4 */
  speed?: number;
  /** Semitones -20..20. */
  pitch?: number;
  /** Decibels -20..20. */
  volumeGain?: number;
  /** The vendor's own options; those of the request go before those of the same name. */
  options?: Readonly<Record<string, unknown>>;
}

/** What one provider is asked for where the request itself says nothing. */
export interface TranscriptionPreference {
  /** A model of its own, or an alias; one that it does not list only where it takes any. */
  model?: string;
  /** BCP 47. */
  language?: string;
  /** It is not asked for longer recordings; at least 1. */
  maximumSeconds?: number;
  /** Whether to write punctuation. */
  punctuation?: boolean;
  /** Whether to mask or leave out profanities. */
  profanityFilter?: boolean;
  /** `false`: the transcript has no times of words. */
  words?: boolean;
  /** The vendor's own options; those of the request go before those of the same name. */
  options?: Readonly<Record<string, unknown>>;
}

/** The order of providers of the same rank: as they are listed, at random by weight, or the fastest of late first. */
export type Routing = 'order' | 'weights' | 'latency';

/** Which vendors (or accounts, by name) a tenant's text and recordings may go to. */
export interface VendorPolicy {
  /** Only these. Absent: all. */
  allow?: readonly string[];
  /** None of these, whatever is allowed. */
  deny?: readonly string[];
}

/** What is known of a provider at the moment of planning. */
export interface ProviderState {
  /** Why its model is not to be asked now; absent: it may be. */
  barred?: string;
  /** Milliseconds until first audio, lately. */
  latency?: number;
}

/** At least one. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** Who may serve a request, best first, and why the others may not. Pure data but for the providers themselves. */
export interface Plan<Candidate> {
  candidates: NonEmpty<Candidate>;
  /** Those that cannot or may not, and those that are not asked just now. */
  skipped: readonly TraceSkipped[];
}
