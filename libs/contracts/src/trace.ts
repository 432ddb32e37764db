import type { ErrorCode } from './errors.js';

/** What is asked of a provider. */
export type Operation = 'speak' | 'transcribe';

/** A provider that may serve the request, under the names it will be asked by. */
export interface TraceCandidate {
  provider: string;
  model: string;
  /** Speech only. */
  voice?: string;
}

/** A provider that was left out, and why: it cannot, may not, or is not asked while its circuit breaker is open. */
export interface TraceSkipped {
  provider: string;
  reason: string;
}

/** One call to one provider. */
export interface TraceAttempt extends TraceCandidate {
  /** Which piece of a long text or recording, from 0. */
  segment: number;
  outcome: 'ok' | ErrorCode;
  /** When it began, since the request came in that made it: of shared work that is another one than this. */
  startMilliseconds: number;
  /** Until its first audio, or its transcript, or its failure. */
  milliseconds: number;
  /** When its audio broke off after its beginning had been handed on, counted as `startMilliseconds` is. */
  brokenMilliseconds?: number;
  /** Which call to the same provider for this piece: 1 is the second. Absent: the first. */
  retry?: number;
  /** Begun because another was slow; the one that was not needed is `aborted`. */
  hedge?: boolean;
}

/** Where a piece of a long text lies in the audio that was made of it. */
export interface TracePiece {
  startSeconds: number;
  seconds: number;
}

/**
 * What was done for one request: attached to every result, complete when its audio has been read to the end.
 * Holds neither text nor keys.
 */
export interface Trace {
  operation: Operation;
  plan: readonly TraceCandidate[];
  skipped: readonly TraceSkipped[];
  attempts: TraceAttempt[];
  /** `hit`: from the cache; `coalesced`: shared with an equal request in flight; `partial`: some pieces from the cache. */
  cache: 'off' | 'miss' | 'hit' | 'coalesced' | 'partial';
  /** Of what the first provider of the plan makes of it; see `DELETE /v1/cache`. Absent where the cache is off. */
  cacheKey?: string;
  servedBy?: TraceCandidate;
  segments: number;
  /** Of speech that was joined from several, in order; each is there once it is joined. Absent: of one piece, or from the cache. */
  pieces?: TracePiece[];
  /** Looking up what was made before. */
  lookUpMilliseconds?: number;
  /** Since the request came in. */
  firstAudioMilliseconds?: number;
  totalMilliseconds?: number;
}
