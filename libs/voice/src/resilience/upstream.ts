import type { ErrorCode, Operation } from '@parlance/contracts';
import type { BreakerState, CircuitBreaker } from './circuit-breaker.js';
import type { LastCalls } from './last-calls.js';
import type { Latency } from './latency.js';

/** What fails and recovers as one: one model of one account for one operation. */
export interface UpstreamName {
  /** The account's name. */
  provider: string;
  model: string;
  operation: Operation;
  /** Tells credentials apart without naming them. */
  fingerprint: string;
}

/** The same for the same name, in every process. */
export function keyOf({ fingerprint, provider, operation, model }: UpstreamName): string {
  return `${fingerprint} ${provider} ${operation} ${model}`;
}

export interface Upstream extends UpstreamName {
  breaker: CircuitBreaker;
  latency: Latency;
  calls: LastCalls;
}

/** An upstream as operators see it. */
export interface UpstreamReport {
  model: string;
  operation: Operation;
  breaker: {
    state: BreakerState;
    /** Why it changed last: the code of a failure, `recovered`, `manual`, `time`, or `probe`. */
    cause?: string;
    /** Until requests may try again; absent unless it is open, and when it is held open by hand for good. */
    openForMilliseconds?: number;
    /** Within the window. */
    calls: number;
    failures: number;
    consecutiveFailures: number;
  };
  /** Until first audio, lately; absent without enough answers. */
  latency: { median?: number; p95?: number };
  /** When a call has worked last, ISO 8601, UTC; absent: none has. */
  lastSuccess?: string;
  /** Of which kind the last failure was, and when; absent: there was none. */
  lastError?: { code: ErrorCode; at: string };
}

export function reportOf({ model, operation, breaker, latency, calls: { lastSuccess, lastError } }: Upstream): UpstreamReport {
  const { calls, failures, consecutive } = breaker.counts;
  const wait = breaker.waitMilliseconds;
  const { median } = latency;
  const p95 = latency.percentile(0.95);
  return {
    model,
    operation,
    breaker: {
      state: breaker.state,
      ...(breaker.cause !== undefined && { cause: breaker.cause }),
      ...(breaker.state === 'open' && Number.isFinite(wait) && { openForMilliseconds: Math.ceil(wait) }),
      calls,
      failures,
      consecutiveFailures: consecutive,
    },
    latency: { ...(median !== undefined && { median: rounded(median) }), ...(p95 !== undefined && { p95: rounded(p95) }) },
    ...(lastSuccess !== undefined && { lastSuccess: lastSuccess.toISOString() }),
    ...(lastError !== undefined && { lastError: { code: lastError.code, at: lastError.at.toISOString() } }),
  };
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}
