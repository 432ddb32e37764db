import type { QueueMeasure } from '@parlance/channels';

/** Tells receivers how jobs have ended: again and again for about a day, until they have heard it. */
export abstract class Webhooks {
  /** Takes the message that a job has ended; the same job is told of once. @throws ParlanceError when it cannot be taken */
  abstract tell(jobId: string): Promise<void>;
  /** Messages that wait, for their next attempt too, and those that are being sent. @throws ParlanceError `unavailable` */
  abstract measure(): Promise<QueueMeasure>;
  abstract start(): void;
  /** @param graceMilliseconds for what is being sent */
  abstract stop(graceMilliseconds: number): Promise<void>;
}

/** Attempts at one message, and the first pause between two; each is four times as long as the one before: 23 hours in all. */
export const WEBHOOK_ATTEMPTS = 8;
const FIRST_PAUSE_MILLISECONDS = 15_000;
const LONGER = 4;

/** How long after the n-th attempt (from 1) the next one is made. */
export function pauseAfter(attempt: number, firstPauseMilliseconds = FIRST_PAUSE_MILLISECONDS): number {
  // Receivers that were away for all must not hear from all at once.
  const jitter = 0.9 + Math.random() * 0.2;
  return Math.round(firstPauseMilliseconds * LONGER ** (attempt - 1) * jitter);
}

/** How often it is looked whether a job has ended whose end is about to be told. */
export const NOT_YET_MILLISECONDS = 300;
