import type { SpeechProvider, TraceCandidate, TranscriptionProvider } from '@parlance/contracts';
import type { Account } from '../account.js';
import type { Permit } from './circuit-breaker.js';
import type { Deadline } from './deadline.js';
import type { Failed } from './exhausted.js';
import type { RetryAllowance } from './retry-allowance.js';

/** Something that one of several candidates is to do. */
export interface PlanTask<Candidate extends { provider: SpeechProvider | TranscriptionProvider }, Result> {
  operation: 'speak' | 'transcribe';
  /** Best first. */
  candidates: readonly Candidate[];
  /** Which piece of a long text or recording, from 0. */
  segment: number;
  /** What a candidate has made of it before: it stands for asking it. */
  known?: (candidate: Candidate) => Result | undefined;
  /** Has one candidate do it. `alive` tells of every sign of life before the result. */
  call: (candidate: Candidate, signal: AbortSignal, alive: () => void) => Promise<Result>;
  /** Lets go of a result that came too late. */
  discard: (result: Result) => void;
  traceOf: (candidate: Candidate) => TraceCandidate & { model: string };
  /** Milliseconds without a sign of life after which a call has failed. */
  patience: number;
  /** The same after the first sign of life. */
  idle: number;
  limits: RequestLimits;
  account: Account;
  signal: AbortSignal;
}

/** What all pieces of one request share. */
export interface RequestLimits {
  retries: RetryAllowance;
  deadline: Deadline;
}

export interface Served<Candidate, Result> {
  candidate: Candidate;
  result: Result;
  /** Answered; whoever reads the result to its end says how that went. */
  permit: Permit;
  /** Ends what its provider is still sending. */
  giveUp: () => void;
  /** Made for an earlier request. */
  cached: boolean;
  /** What others have failed with before. */
  failed: readonly Failed[];
}
