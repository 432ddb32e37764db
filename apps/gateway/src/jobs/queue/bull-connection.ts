import { ParlanceError } from '@parlance/contracts';
import type { Worker, WorkerOptions } from 'bullmq';
import { within } from './within.js';

/** Braces: all keys of all queues lie in one slot of a cluster. */
export const QUEUE_PREFIX = '{parlance}';

/** Longer than any command of a connection that fails at once. */
const DEADLINE_MILLISECONDS = 5000;

/** Queues on a connection that fails at once while Redis is away: nothing waits for it, and nothing is sent later. */
export const PRODUCER_OPTIONS = { prefix: QUEUE_PREFIX, skipVersionCheck: true, skipWaitingForReady: true } as const;

/**
 * Options of a worker whose process may die. Work is only taken from it when its lock is over, however often that is
 * looked at; the look is cheap, one for all processes, and whoever waits need not wait for the lock twice.
 * @param lockMilliseconds how long a lock lasts that is not renewed
 * @param lookMilliseconds how often it is looked whether a lock is over
 */
export function lockOptions(
  lockMilliseconds: number,
  lookMilliseconds = Math.ceil(lockMilliseconds / 5),
): Pick<WorkerOptions, 'lockDuration' | 'stalledInterval'> {
  return { lockDuration: lockMilliseconds, stalledInterval: lookMilliseconds };
}

/** For a worker that has nothing to do to come to rest. While Redis is away it never does. */
const RESTING_MILLISECONDS = 1000;
/** For what was broken off to come to its end, and for connections to be closed. */
const LEAVING_MILLISECONDS = 3000;

/**
 * Ends a worker, at the latest some seconds after the grace.
 * @param isBusy whether something is under way
 * @param breakOff called when that has not come to its end in the grace
 */
export async function stopWorker(
  worker: Pick<Worker, 'pause' | 'close'>,
  graceMilliseconds: number,
  { isBusy, breakOff }: { isBusy: () => boolean; breakOff: () => void },
): Promise<void> {
  const resting = worker.pause().then(() => true);
  resting.catch(() => undefined);
  if ((await within(isBusy() ? graceMilliseconds : RESTING_MILLISECONDS, resting)) !== true) {
    breakOff();
    if (isBusy()) await within(LEAVING_MILLISECONDS, resting);
  }
  await within(LEAVING_MILLISECONDS, worker.close(true));
}

/**
 * What Redis answers, in time.
 * @throws ParlanceError `unavailable` when it does not
 */
export async function asked<Result>(command: () => Promise<Result>): Promise<Result> {
  let answer: { value: Result } | undefined;
  try {
    answer = await within(
      DEADLINE_MILLISECONDS,
      command().then((value) => ({ value })),
    );
  } catch (error) {
    // Its error holds the command with all that was sent.
    throw unreachable(new Error(error instanceof Error ? error.message : String(error)));
  }
  if (answer === undefined) throw unreachable();
  return answer.value;
}

function unreachable(cause?: Error): ParlanceError {
  return new ParlanceError('unavailable', 'Redis, which holds the jobs, does not answer. Try again in a moment.', {
    reason: 'job_queue_unavailable',
    retryAfterSeconds: 5,
    ...(cause !== undefined && { cause }),
  });
}
