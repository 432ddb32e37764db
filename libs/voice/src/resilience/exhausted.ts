import { ExhaustedError, type ErrorCode, type ParlanceError, type TraceAttempt } from '@parlance/contracts';
import type { Upstream } from './upstream.js';

/** A call that failed. */
export interface Failed {
  provider: string;
  failure: ParlanceError;
}

/** A provider that was not asked. */
export interface Barred {
  provider: string;
  upstream: Upstream;
  /** The request had no time left. */
  late: boolean;
  /** Until its own limit of requests lets it be asked again, where that is why. */
  limitedSeconds?: number;
}

/** What a plan has come to when nobody is left: the only failure in its own words, several as one without them. */
export function exhausted(failed: readonly Failed[], barred: readonly Barred[], attempts: readonly TraceAttempt[]): ParlanceError {
  const [first] = failed;
  // What nobody here can read is wrong with the text, and the first has said what.
  if (first !== undefined && failed.every(({ failure }) => failure.reason === 'nothing_speakable')) return first.failure;
  if (first === undefined) return nobodyAsked(barred, attempts);
  // An answer about the recording, not about the providers.
  if (failed.every(({ failure }) => failure.code === 'no_speech') && barred.length === 0) return first.failure;
  const providers = new Set([...failed, ...barred].map(({ provider }) => provider));
  if (providers.size === 1) {
    const { failure } = failed.at(-1) ?? first;
    return new ExhaustedError(failure.code, failure.message, { ...failure.details, attempts: [...attempts] });
  }
  const codes = new Set(failed.map(({ failure }) => failure.code));
  const code: ErrorCode =
    codes.size === 1 && barred.length === 0 && !codes.has('server') && !codes.has('empty') ? [...codes][0]! : 'unavailable';
  const message = `Every provider of the plan has failed (${[...failed.map(inWords), ...barred.map(barredInWords)].join(', ')}). Try again later.`;
  const wait = soonest(failed, barred);
  return new ExhaustedError(code, message, {
    attempts: [...attempts],
    cause: failed.at(-1)?.failure,
    ...(wait !== undefined && { retryAfterSeconds: wait }),
  });
}

function nobodyAsked(barred: readonly Barred[], attempts: readonly TraceAttempt[]): ExhaustedError {
  if (barred.some(({ late }) => late)) {
    return new ExhaustedError('timeout', 'The time for this request is over. Try again, or with less.', { attempts: [...attempts] });
  }
  const wait = soonest([], barred);
  const message = `No provider of the plan is asked just now (${barred.map(barredInWords).join(', ')}). Try again later.`;
  const code = barred.length > 0 && barred.every(({ limitedSeconds }) => limitedSeconds !== undefined) ? 'rate' : 'unavailable';
  return new ExhaustedError(code, message, { attempts: [...attempts], ...(wait !== undefined && { retryAfterSeconds: wait }) });
}

function inWords({ provider, failure }: Failed): string {
  return `${provider}: ${failure.code}`;
}

function barredInWords({ provider, upstream, late, limitedSeconds }: Barred): string {
  if (limitedSeconds !== undefined) return `${provider}: its limit of requests is reached`;
  return late ? `${provider}: no time left` : `${provider}: breaker open, ${upstream.breaker.cause ?? 'busy with a trial'}`;
}

/** Whole seconds until one of them may be asked again; at least 1. */
function soonest(failed: readonly Failed[], barred: readonly Barred[]): number | undefined {
  const seconds = [
    ...failed.flatMap(({ failure }) => failure.retryAfterSeconds ?? []),
    ...barred
      .map(({ upstream, limitedSeconds }) => limitedSeconds ?? upstream.breaker.waitMilliseconds / 1000)
      .filter((wait) => Number.isFinite(wait)),
  ];
  return seconds.length === 0 ? undefined : Math.max(1, Math.ceil(Math.min(...seconds)));
}
