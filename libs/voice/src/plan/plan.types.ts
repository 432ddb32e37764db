import type { LanguageTag, SpeechProvider, SpeechRequest, TraceSkipped, TranscriptionProvider, Warning } from '@parlance/contracts';

/** One provider with the request as it will be asked: names mapped, values within its ranges. */
export interface SpeechCandidate {
  provider: SpeechProvider;
  /** Why it is not asked now: only what it has made before may be used. */
  barred?: string;
  /** All but the text, which is cut into pieces later. */
  request: Omit<SpeechRequest, 'text'>;
  warnings: readonly Warning[];
}

export interface TranscriptionCandidate {
  provider: TranscriptionProvider;
  /** Why it is not asked now: only what it has made before may be used. */
  barred?: string;
  model: string;
  language?: LanguageTag;
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
