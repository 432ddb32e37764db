import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ParlanceError, type ErrorCode } from '@parlance/contracts';
import { eventually } from '../check.js';
import type { ProviderSettings, SpeechBench, TranscriptionBench } from './provider-bench.js';

/** What the checks that are the same for speech and transcription need. */
export type AnyBench = SpeechBench | TranscriptionBench;

/** A provider of a bench, seen as something that is called. */
export interface Caller {
  name: string;
  /** Asks, and reads all of the answer. */
  call: (signal?: AbortSignal) => Promise<unknown>;
}

/** Runs `use` with a provider made for it and closed after it. */
export type WithCaller<B extends AnyBench> = (
  bench: B,
  settings: Partial<ProviderSettings>,
  use: (caller: Caller) => Promise<void>,
) => Promise<void>;

/** Short enough for a test, and longer than any pause of a busy machine between two packets. */
export const SHORT_LIMITS = { firstByteMilliseconds: 500, idleMilliseconds: 500 } as const;

export function patience({ patienceMilliseconds = 8000 }: AnyBench): number {
  return patienceMilliseconds;
}

/** What the promise becomes, or a failure that says what did not happen in time. */
export async function within<T>(bench: AnyBench, promise: Promise<T>, what: string): Promise<T> {
  const timer = new AbortController();
  try {
    const late = sleep(patience(bench), undefined, { signal: timer.signal }).then(() => {
      throw new Error(`${what}: nothing happened within ${patience(bench)} ms.`);
    });
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
  }
}

/** The ParlanceError the promise is rejected with. */
export async function failureOf(bench: AnyBench, promise: Promise<unknown>, what: string): Promise<ParlanceError> {
  const outcome = await within(
    bench,
    promise.then(
      () => undefined,
      (error: unknown) => ({ error }),
    ),
    what,
  );
  assert(outcome !== undefined, `${what}: it did not fail.`);
  const { error } = outcome;
  assert(error instanceof ParlanceError, `${what}: it failed with ${String(error)}, which is no ParlanceError.`);
  return error;
}

export function assertCode(error: ParlanceError, codes: readonly ErrorCode[], what: string): void {
  assert(codes.includes(error.code), `${what}: the code is '${error.code}' and not ${codes.join(' or ')} (${error.message}).`);
}

/** Waits until the stand-in has seen so many calls. */
export async function untilCalled(bench: AnyBench, calls = 1): Promise<void> {
  await eventually(async () => bench.standIn.calls.length >= calls, `The vendor was not called ${calls} times.`, patience(bench));
}

/** Waits until the stand-in has no request under way. */
export async function untilFree(bench: AnyBench, what: string): Promise<void> {
  await eventually(async () => bench.standIn.openSockets === 0, `${what}: the socket stayed open.`, patience(bench));
}

export function assertNotCalled(bench: AnyBench, what: string): void {
  assert.equal(bench.standIn.requests.length, 0, `${what}: the vendor was asked all the same.`);
}
