import type { RedisClient } from '@parlance/cache';
import { QUEUE_PREFIX } from './bull-connection.js';
import type { EndStatus, JobError, JobProgress, JobState } from './job-queue.js';

/** How a job was decided to end, and when (ISO 8601). */
export interface JobDecision {
  status: EndStatus;
  at: string;
  /** Of `failed`. */
  error?: JobError;
}

/** A decision outlives the job's time in the queue, which nobody knows. */
const WAITING_SECONDS = 7 * 86_400;

/**
 * What Redis is told of a job beside the queue: how it was decided to end, by whoever was first, and how far it is.
 * The queue's own progress would put the text into its stream of events, too.
 */
export class JobNotes {
  private readonly seconds: number;

  constructor(
    private readonly redis: RedisClient,
    retentionSeconds: number,
  ) {
    this.seconds = Math.ceil(retentionSeconds) + WAITING_SECONDS;
  }

  /** @returns what was decided: this, unless something else was before */
  async decide(id: string, status: EndStatus, error?: JobError): Promise<JobDecision> {
    const decision: JobDecision = { status, at: new Date().toISOString(), ...(error !== undefined && { error }) };
    const first = await this.redis.set(keyOf('end', id), JSON.stringify(decision), 'EX', this.seconds, 'NX');
    return first === null ? ((await this.decision(id)) ?? decision) : decision;
  }

  async decision(id: string): Promise<JobDecision | undefined> {
    return read<JobDecision>(await this.redis.get(keyOf('end', id)));
  }

  /** A job that was cancelled before its turn is taken out of the queue: this is all there is of it then. */
  async keepCancelled(state: JobState): Promise<void> {
    await this.redis.set(keyOf('cancelled', state.ticket.id), JSON.stringify(state), 'EX', this.seconds);
  }

  async cancelled(id: string): Promise<JobState | undefined> {
    return read<JobState>(await this.redis.get(keyOf('cancelled', id)));
  }

  async setProgress(id: string, progress: JobProgress): Promise<void> {
    await this.redis.set(keyOf('progress', id), JSON.stringify(progress), 'EX', this.seconds);
  }

  async progress(id: string): Promise<JobProgress | undefined> {
    return read<JobProgress>(await this.redis.get(keyOf('progress', id)));
  }

  /** The text of a job that has ended lies in its result, where there is one. How far it came is still shown. */
  async forgetText(id: string): Promise<void> {
    const progress = await this.progress(id);
    if (progress?.text !== undefined) await this.setProgress(id, { share: progress.share });
  }
}

function keyOf(what: 'cancelled' | 'end' | 'progress', id: string): string {
  return `${QUEUE_PREFIX}:job-${what}:${id}`;
}

function read<Value>(text: string | null): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value);
}
