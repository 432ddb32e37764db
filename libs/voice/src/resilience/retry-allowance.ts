import type { ParlanceError } from '@parlance/contracts';
import type { Deadline } from './deadline.js';

export interface RetrySituation {
  failure: ParlanceError;
  /** Calls to this provider for this piece that were retries. */
  retries: number;
  /** How long the failed call took, in milliseconds. */
  took: number;
  /** Whether another provider could be asked instead. */
  othersLeft: boolean;
  /** Milliseconds until its breaker lets anybody through; 0: now. */
  barredFor: number;
  deadline: Deadline;
}

/** Milliseconds that the first pause is at most. */
const FIRST_PAUSE = 200;
/** With others to ask, waiting longer than this for the same provider is time lost for the listener. */
const PATIENCE = 500;
const RETRIES_PER_PROVIDER = 2;

/** The retries of one request, over all of its pieces and providers: the only place that decides on one. */
export class RetryAllowance {
  private left: number;

  /** @param most retries in all */
  constructor(
    most: number,
    private readonly random: () => number = Math.random,
  ) {
    this.left = most;
  }

  /** Milliseconds to wait before asking the same provider again; `undefined`: not again. Takes one of the retries. */
  take({ failure, retries, took, othersLeft, barredFor, deadline }: RetrySituation): number | undefined {
    const { code, retryable, retryAfterSeconds } = failure;
    if (!retryable || this.left <= 0 || retries >= (code === 'server' || code === 'empty' ? 1 : RETRIES_PER_PROVIDER)) return undefined;
    // Whoever let a listener wait once is not waited for again while somebody else may answer.
    if (othersLeft && (code === 'rate' || took > PATIENCE)) return undefined;
    // Full jitter: many callers that failed together must not come back together.
    const pause = this.random() * FIRST_PAUSE * 2 ** retries;
    const own = retryAfterSeconds === undefined ? pause + (code === 'rate' ? 1000 : 0) : retryAfterSeconds * 1000 + pause / 10;
    // Too many requests open the breaker for a moment: it is a trial that comes after it. A timer may fire a little early.
    const wait = code === 'rate' && barredFor > 0 ? Math.max(own, Math.ceil(barredFor) + 1) : own;
    if (wait < barredFor || wait >= deadline.remaining || (othersLeft && wait > PATIENCE)) return undefined;
    this.left--;
    return wait;
  }
}
