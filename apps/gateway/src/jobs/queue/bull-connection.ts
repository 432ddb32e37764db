import { ParlanceError } from '@parlance/contracts';
import { within } from './within.js';

/** Braces: all keys of all queues lie in one slot of a cluster. */
export const QUEUE_PREFIX = '{parlance}';

/** Longer than any command of a connection that fails at once. */
const DEADLINE_MILLISECONDS = 5000;

/** Queues on a connection that fails at once while Redis is away: nothing waits for it, and nothing is sent later. */
export const PRODUCER_OPTIONS = { prefix: QUEUE_PREFIX, skipVersionCheck: true, skipWaitingForReady: true } as const;

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
