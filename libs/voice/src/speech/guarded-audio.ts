import { AbortedError, ParlanceError } from '@parlance/contracts';
import type { Account } from '../account.js';
import type { Permit } from '../resilience/circuit-breaker.js';
import { unforeseenFailure } from '../resilience/unforeseen.js';
import { SilenceTimer } from '../resilience/watchdog.js';
import { letGo } from '../streams/async-streams.js';

interface Guard {
  permit: Permit;
  /** Ends the call to the provider. */
  giveUp: () => void;
  account: Account;
  provider: string;
  /** Milliseconds for which the provider may pause. */
  idle: number;
}

/**
 * Audio on its way to the listener: a provider that falls silent in the middle breaks it, and its circuit breaker
 * hears how it ended. Only the time in which the provider is waited for counts: a slow listener is no fault of it.
 */
export function guardedAudio(chunks: AsyncIterable<Uint8Array>, guard: Guard): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let begun = false;
  const guarded = passedOn(iterator, guard, () => (begun = true));
  const leave = guarded.return.bind(guarded);
  // A generator that was never begun cleans nothing up.
  guarded.return = async (value) => {
    if (!begun) {
      guard.permit.released();
      letGo(iterator);
      guard.giveUp();
    }
    return leave(value);
  };
  return guarded;
}

async function* passedOn(
  iterator: AsyncIterator<Uint8Array>,
  { permit, giveUp, account, provider, idle }: Guard,
  begin: () => void,
): AsyncGenerator<Uint8Array> {
  begin();
  let ended = false;
  let whole = false;
  try {
    for (;;) {
      const next = await within(idle, iterator.next(), provider);
      if (next.done === true) break;
      yield next.value;
    }
    ended = whole = true;
    permit.succeeded();
  } catch (error) {
    ended = true;
    const failure = asFailure(error, provider, account);
    if (failure.code === 'aborted') permit.released();
    else {
      permit.failed(failure);
      account.brokeOff(failure);
    }
    throw failure;
  } finally {
    // The listener has left in the middle.
    if (!ended) permit.released();
    // A provider that is silent does not end its stream either: nobody waits for it, and its connection is closed.
    letGo(iterator);
    if (!whole) giveUp();
  }
}

/** Without a signal of its own: it is done for every chunk. */
async function within<Result>(milliseconds: number, promise: Promise<Result>, provider: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const silence = new SilenceTimer(milliseconds, () => {
      reject(new ParlanceError('timeout', `${provider} fell silent in the middle of the audio.`, { provider, reason: 'deadline' }));
    });
    const settled = (tell: () => void) => {
      silence.stop();
      tell();
    };
    promise.then(
      (result) => settled(() => resolve(result)),
      (error: unknown) => settled(() => reject(error)),
    );
  });
}

function asFailure(error: unknown, provider: string, { origin }: Account): ParlanceError {
  if (error instanceof AbortedError || error instanceof ParlanceError) return error;
  return unforeseenFailure(provider, error, origin);
}
