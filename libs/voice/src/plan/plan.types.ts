import type { LanguageTag, SpeechProvider, SpeechRequest, TraceSkipped, TranscriptionProvider, Warning } from '@parlance/contracts';

/** One provider with the request as it will be asked: names mapped, values within its ranges. */
export interface SpeechCandidate {
  provider: SpeechProvider;
  /** All but the text, which is cut into pieces later. */
  request: Omit<SpeechRequest, 'text'>;
  warnings: readonly Warning[];
}

export interface TranscriptionCandidate {
  provider: TranscriptionProvider;
  model: string;
  language?: LanguageTag;
  warnings: readonly Warning[];
}

/** At least one. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

/** Who may serve a request, best first, and why the others may not. Pure data but for the providers themselves. */
export interface Plan<Candidate> {
  candidates: NonEmpty<Candidate>;
  skipped: readonly TraceSkipped[];
}
