import { closeRedis, createRedis, type RedisClient } from '@parlance/cache';
import type { QueueMeasure } from '@parlance/channels';
import { ParlanceError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { Worker, type Job, type Queue } from 'bullmq';
import { whatFailed } from '../../logging/what-failed.js';
import { asked, lockOptions, QUEUE_PREFIX, stopWorker } from './bull-connection.js';
import { BullJobRun } from './bull-job-run.js';
import { JOB_ATTEMPTS, jobErrorOf, queueFull } from './job-failure.js';
import { JobNotes } from './job-notes.js';
import { measureQueue } from './measure-queue.js';
import {
  DEFAULT_BACKOFF_MILLISECONDS,
  type JobError,
  type JobQueue,
  type JobQueueOptions,
  type JobState,
  type JobStatus,
  type JobTicket,
  type JobWork,
} from './job-queue.js';

export const JOBS_QUEUE = 'jobs';

/** How often a job may lose the process it is worked on by: one that ends every process must come to an end. */
const MAXIMUM_STALLS = 3;
/** Long enough for an event loop that is busy, short enough for somebody who waits for a lost job. */
const LOCK_MILLISECONDS = 15_000;

export interface BullJobQueueParts {
  /** Made with `PRODUCER_OPTIONS` on `commands`. */
  queue: Queue<JobTicket>;
  /** A connection that fails at once while Redis is away. */
  commands: RedisClient;
  /** For the connections of the worker. */
  redisUrl: string;
}

export interface BullJobQueueOptions extends JobQueueOptions {
  /** After which a job whose process has died is given to another. Default 15 000. */
  lockMilliseconds?: number;
  /** How often it is looked whether one has died. Default a fifth of that. */
  lookMilliseconds?: number;
}

/** Jobs in Redis, shared by all processes: BullMQ. */
export class BullJobQueue implements JobQueue {
  private readonly notes: JobNotes;
  private readonly runs = new Map<string, BullJobRun>();
  private readonly logger = new Logger('Jobs');
  private work: JobWork | undefined;
  private worker: Worker<JobTicket> | undefined;
  private connection: RedisClient | undefined;
  private stopped = false;
  /** There is no time left for jobs. */
  private leaving = false;

  constructor(
    private readonly parts: BullJobQueueParts,
    private readonly options: BullJobQueueOptions,
  ) {
    this.notes = new JobNotes(parts.commands, options.retentionSeconds);
    parts.queue.on('error', (error) => this.noteOutage(error));
  }

  async add(ticket: JobTicket): Promise<JobState> {
    const { queue } = this.parts;
    const { waiting, retentionSeconds, backoffMilliseconds = DEFAULT_BACKOFF_MILLISECONDS } = this.options;
    const pending = await asked(() => queue.getJobCountByTypes('waiting', 'delayed'));
    if (pending >= waiting) throw queueFull(waiting);
    const kept = { age: Math.ceil(retentionSeconds) };
    await asked(() =>
      queue.add(ticket.kind, ticket, {
        jobId: ticket.id,
        attempts: JOB_ATTEMPTS,
        backoff: { type: 'exponential', delay: backoffMilliseconds },
        removeOnComplete: kept,
        removeOnFail: kept,
        // The stack of an error is for the log.
        stackTraceLimit: 0,
      }),
    );
    return { ticket, status: 'queued', progress: { share: 0 } };
  }

  async get(id: string): Promise<JobState | undefined> {
    const { queue } = this.parts;
    const [job, state, decision, progress] = await asked(() =>
      Promise.all([queue.getJob(id), queue.getJobState(id), this.notes.decision(id), this.notes.progress(id)]),
    );
    const known = STATUS[state];
    if (job == null || known === undefined) return this.cancelledEarly(id);
    // A job that was cancelled may stay in the queue until it comes to its turn.
    const decided = decision?.status === 'cancelled' || known === 'completed' || known === 'failed' ? decision : undefined;
    const status = decided?.status ?? known;
    const finishedAt = decided?.at ?? isoOf(job.finishedOn);
    if (this.isOver(finishedAt)) return undefined;
    const startedAt = isoOf(job.processedOn);
    return {
      ticket: job.data,
      status,
      progress: status === 'completed' ? { share: 1 } : (progress ?? { share: 0 }),
      // A job that was cancelled before its turn comes to it all the same.
      ...(startedAt !== undefined && startedAt <= (finishedAt ?? startedAt) && { startedAt }),
      ...(finishedAt !== undefined && { finishedAt }),
      ...(status === 'failed' && { error: decided?.error ?? errorFrom(job) }),
    };
  }

  async cancel(id: string): Promise<JobState | undefined> {
    const state = await this.get(id);
    if (state === undefined || state.finishedAt !== undefined) return state;
    const { status, at } = await asked(() => this.notes.decide(id, 'cancelled'));
    // It came to its own end in this moment.
    if (status !== 'cancelled') return state;
    const cancelled: JobState = { ...state, status, finishedAt: at, progress: { share: state.progress.share } };
    const run = this.runs.get(id);
    if (run === undefined && state.status === 'queued') await this.takeOut(cancelled);
    run?.cancel();
    return cancelled;
  }

  async measure(): Promise<QueueMeasure> {
    return measureQueue(this.parts.queue);
  }

  process(work: JobWork): void {
    const { lockMilliseconds = LOCK_MILLISECONDS, lookMilliseconds, concurrency } = this.options;
    this.work = work;
    this.connection = createRedis(this.parts.redisUrl, 'jobs');
    const worker = new Worker<JobTicket>(JOBS_QUEUE, (job, token) => this.run(job, token, work), {
      connection: this.connection,
      prefix: QUEUE_PREFIX,
      concurrency,
      ...lockOptions(lockMilliseconds, lookMilliseconds),
      maxStalledCount: MAXIMUM_STALLS,
      runRetryDelay: 1000,
    });
    worker.on('error', (error) => this.noteOutage(error));
    // A job that has ended every process it was given to is ended by the queue, and nobody else tells of it.
    worker.on('failed', (job, error) => {
      if (job !== undefined && !isError(error.message)) void this.lost(job.data, work);
    });
    this.worker = worker;
  }

  async sweep(): Promise<void> {
    const milliseconds = this.options.retentionSeconds * 1000;
    for (const state of ['completed', 'failed'] as const) await asked(() => this.parts.queue.clean(milliseconds, 1000, state));
  }

  async stop(graceMilliseconds: number): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    const { worker, connection } = this;
    if (worker === undefined || connection === undefined) return;
    const breakOff = () => {
      this.leaving = true;
      for (const run of this.runs.values()) run.giveBack();
    };
    await stopWorker(worker, graceMilliseconds, { isBusy: () => this.runs.size > 0, breakOff });
    await closeRedis(connection);
  }

  private async run(job: Job<JobTicket>, token: string | undefined, work: JobWork): Promise<void> {
    const run = new BullJobRun(job, token, this.notes);
    this.runs.set(job.data.id, run);
    // A worker that rests may still get what it had asked for before: the very job that was given back.
    if (this.leaving) run.giveBack();
    try {
      await run.work(work);
    } finally {
      this.runs.delete(job.data.id);
    }
  }

  /** It must neither have its place nor keep what it was given until it would have come to its turn. */
  private async takeOut(state: JobState): Promise<void> {
    const { work } = this;
    if (work === undefined) return;
    const { ticket } = state;
    await asked(() => this.notes.keepCancelled(state));
    // What a process has begun meanwhile stays: that process finds it cancelled, and sees to its end.
    if ((await asked(() => this.parts.queue.remove(ticket.id))) === 0) return;
    await asked(() => this.notes.forgetText(ticket.id));
    await work.ended(ticket, 'cancelled');
  }

  private async cancelledEarly(id: string): Promise<JobState | undefined> {
    const state = await asked(() => this.notes.cancelled(id));
    return this.isOver(state?.finishedAt) ? undefined : state;
  }

  private isOver(finishedAt: string | undefined): boolean {
    return finishedAt !== undefined && Date.parse(finishedAt) + this.options.retentionSeconds * 1000 <= Date.now();
  }

  private async lost(ticket: JobTicket, work: JobWork): Promise<void> {
    try {
      const { status } = await this.notes.decide(ticket.id, 'failed');
      await this.notes.forgetText(ticket.id);
      await work.ended(ticket, status);
    } catch (error) {
      this.logger.error(`The end of ${ticket.id} could not be seen to.`, error);
    }
  }

  private noteOutage(error: Error): void {
    if (!this.stopped) this.logger.debug(`Redis: ${whatFailed(error)}`);
  }
}

const STATUS: Readonly<Record<string, JobStatus>> = {
  waiting: 'queued',
  'waiting-children': 'queued',
  prioritized: 'queued',
  delayed: 'queued',
  active: 'running',
  completed: 'completed',
  failed: 'failed',
};

/** What the job's own run has thrown is an error of ours in JSON; all else is BullMQ's. */
function isError(reason: string): boolean {
  return reason.startsWith('{"message":');
}

function errorFrom({ failedReason, data }: Job<JobTicket>): JobError {
  if (isError(failedReason)) return JSON.parse(failedReason) as JobError;
  const message = 'Every process that worked on the job has ended before it was done. Look into the log of the server.';
  return jobErrorOf(data, new ParlanceError('server', message, { reason: 'job_lost' }));
}

function isoOf(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}
