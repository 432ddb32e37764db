import { ParlanceError, type ErrorCode } from '@parlance/contracts';
import { DEFAULT_BREAKER, type BreakerSettings } from '../resilience/breaker-settings.js';
import { CircuitBreaker, type BreakerChange, type Permit } from '../resilience/circuit-breaker.js';

/** A failure of a kind, in few words. */
export function failureOf(code: ErrorCode, retryAfterSeconds?: number): ParlanceError {
  return new ParlanceError(code, `A failure: ${code}.`, retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}

/** A circuit breaker whose clock and chance are set by hand; half-way between all jitter unless told otherwise. */
export function manualBreaker(settings: Partial<BreakerSettings> = {}) {
  const clock = { now: 1_000_000, random: 0.5 };
  const changes: BreakerChange[] = [];
  const breaker = new CircuitBreaker({
    settings: { ...DEFAULT_BREAKER, ...settings },
    now: () => clock.now,
    random: () => clock.random,
    onChange: (change) => changes.push(change),
  });
  const acquire = (): Permit => {
    const permit = breaker.acquire();
    if (permit === undefined) throw new Error('The breaker let nobody through.');
    return permit;
  };
  return {
    breaker,
    clock,
    changes,
    acquire,
    /** So many requests fail, one after the other. */
    fail: (times: number, code: ErrorCode = 'server', retryAfterSeconds?: number) => {
      for (let call = 0; call < times; call++) acquire().failed(failureOf(code, retryAfterSeconds));
    },
    /** As many permits as it gives now. */
    acquireAll: (callers: number): Permit[] => Array.from({ length: callers }, () => breaker.acquire()).filter((one) => one !== undefined),
  };
}
