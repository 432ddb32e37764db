import { AsyncResource } from 'node:async_hooks';
import type { QueueMeasure } from '@parlance/channels';
import { Logger } from '@nestjs/common';
import { isPassing, JOB_ATTEMPTS, jobErrorOf, queueFull, stopping } from './job-failure.js';
import {
  DEFAULT_BACKOFF_MILLISECONDS,
  type EndStatus,
  type JobError,
  type JobProgress,
  type JobQueue,
  type JobQueueOptions,
  type JobState,
  type JobStatus,
  type JobTicket,
  type JobWork,
} from './job-queue.js';
import { within } from './within.js';

/** For runs that were broken off to come to their end. */
const LEAVING_MILLISECONDS = 3000;

interface Held {
  ticket: JobTicket;
  status: JobStatus;
  progress: JobProgress;
  attempts: number;
  startedAt?: Date;
  finishedAt?: Date;
  error?: JobError;
  /** Ends the run under way. */
  running?: AbortController;
  /** Until it is tried again. */
  pause?: NodeJS.Timeout;
}

/** Jobs in the memory of one process: nothing of them is left when it ends. */
export class InProcessJobQueue implements JobQueue {
  private readonly jobs = new Map<string, Held>();
  private readonly waiting: Held[] = [];
  private readonly runs = new Set<Promise<void>>();
  private work: JobWork | undefined;
  private stopped = false;
  private readonly logger = new Logger('Jobs');
  /** Jobs are no part of the request that has brought them, nor of the one that has brought the job before. */
  private readonly outside = new AsyncResource('InProcessJobQueue');

  constructor(private readonly options: JobQueueOptions) {}

  async add(ticket: JobTicket): Promise<JobState> {
    if (this.stopped) throw stopping();
    const known = this.jobs.get(ticket.id);
    if (known !== undefined) return stateOf(known);
    const pending = [...this.jobs.values()].filter(({ status }) => status === 'queued').length;
    if (pending >= this.options.waiting) throw queueFull(this.options.waiting);
    const job: Held = { ticket, status: 'queued', progress: { share: 0 }, attempts: 0 };
    this.jobs.set(ticket.id, job);
    this.waiting.push(job);
    const state = stateOf(job);
    this.startNext();
    return state;
  }

  async get(id: string): Promise<JobState | undefined> {
    const job = this.jobs.get(id);
    if (job === undefined || this.isOver(job)) return undefined;
    return stateOf(job);
  }

  async cancel(id: string): Promise<JobState | undefined> {
    const job = this.jobs.get(id);
    if (job === undefined || this.isOver(job)) return undefined;
    if (job.finishedAt === undefined) {
      const { running } = job;
      this.end(job, 'cancelled');
      running?.abort(new Error('The job was cancelled.'));
      // What a run under way still leaves behind is cleared when it is over.
      if (running === undefined) await this.tell(job, 'cancelled');
    }
    return stateOf(job);
  }

  async measure(): Promise<QueueMeasure> {
    const waiting = [...this.jobs.values()].filter(({ status }) => status === 'queued');
    const came = Math.min(...waiting.map(({ ticket }) => Date.parse(ticket.createdAt)));
    const oldestSeconds = waiting.length === 0 ? 0 : Math.max(0, Date.now() - came) / 1000;
    return { waiting: waiting.length, running: this.runs.size, oldestSeconds };
  }

  process(work: JobWork): void {
    this.work = work;
    this.startNext();
  }

  async sweep(): Promise<void> {
    for (const [id, job] of this.jobs) if (this.isOver(job)) this.jobs.delete(id);
  }

  async stop(graceMilliseconds: number): Promise<void> {
    this.stopped = true;
    const left = [...this.jobs.values()].filter(({ status }) => status === 'queued');
    await Promise.all(left.map((job) => this.fail(job, stopping())));
    const ended = Promise.all(this.runs).then(() => true);
    if (await within(graceMilliseconds, ended)) return;
    for (const { running } of this.jobs.values()) running?.abort(stopping());
    await within(LEAVING_MILLISECONDS, ended);
  }

  private startNext(): void {
    const { work } = this;
    if (work === undefined) return;
    while (!this.stopped && this.runs.size < this.options.concurrency) {
      const job = this.waiting.shift();
      if (job === undefined) return;
      if (job.status !== 'queued') continue;
      const run = this.outside
        .runInAsyncScope(() => this.run(job, work))
        .finally(() => {
          this.runs.delete(run);
          this.startNext();
        });
      this.runs.add(run);
    }
  }

  private async run(job: Held, work: JobWork): Promise<void> {
    const running = new AbortController();
    Object.assign(job, { running, status: 'running', startedAt: new Date(), attempts: job.attempts + 1 });
    const report = (progress: JobProgress) => {
      if (job.finishedAt === undefined) job.progress = progress;
    };
    try {
      await work.run(job.ticket, { signal: running.signal, report });
      if (job.finishedAt === undefined) this.end(job, 'completed');
      await this.tell(job, job.status === 'cancelled' ? 'cancelled' : 'completed');
    } catch (error) {
      await this.settle(job, running.signal.aborted ? running.signal.reason : error);
    } finally {
      delete job.running;
    }
  }

  private async settle(job: Held, error: unknown): Promise<void> {
    if (job.finishedAt !== undefined) return this.tell(job, 'cancelled');
    if (this.stopped || !isPassing(error) || job.attempts >= JOB_ATTEMPTS) return this.fail(job, error);
    job.status = 'queued';
    const { backoffMilliseconds = DEFAULT_BACKOFF_MILLISECONDS } = this.options;
    job.pause = setTimeout(
      () => {
        this.waiting.push(job);
        this.startNext();
      },
      backoffMilliseconds * 2 ** (job.attempts - 1),
    );
    // A process that ends has told the job's end before.
    job.pause.unref();
  }

  private async fail(job: Held, error: unknown): Promise<void> {
    job.error = jobErrorOf(job.ticket, error);
    this.end(job, 'failed');
    await this.tell(job, 'failed');
  }

  private end(job: Held, status: EndStatus): void {
    clearTimeout(job.pause);
    job.status = status;
    job.finishedAt = new Date();
    job.progress = { share: status === 'completed' ? 1 : job.progress.share };
  }

  private async tell({ ticket }: Held, status: EndStatus): Promise<void> {
    try {
      await this.work?.ended(ticket, status);
    } catch (error) {
      this.logger.error(`The end of ${ticket.id} could not be seen to.`, error);
    }
  }

  private isOver({ finishedAt }: Held): boolean {
    return finishedAt !== undefined && finishedAt.getTime() + this.options.retentionSeconds * 1000 <= Date.now();
  }
}

function stateOf({ ticket, status, progress, startedAt, finishedAt, error }: Held): JobState {
  return {
    ticket,
    status,
    progress,
    ...(startedAt !== undefined && { startedAt: startedAt.toISOString() }),
    ...(finishedAt !== undefined && { finishedAt: finishedAt.toISOString() }),
    ...(error !== undefined && { error }),
  };
}
