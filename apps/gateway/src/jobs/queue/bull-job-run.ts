import { setTimeout as sleep } from 'node:timers/promises';
import { ParlanceError } from '@parlance/contracts';
import { DelayedError, UnrecoverableError, type Job } from 'bullmq';
import { asked } from './bull-connection.js';
import { isPassing, JOB_ATTEMPTS, jobErrorOf, lacksProvider } from './job-failure.js';
import type { JobNotes } from './job-notes.js';
import type { EndStatus, JobError, JobProgress, JobTicket, JobWork } from './job-queue.js';

/** How often it is looked whether the job was cancelled, which any process may have done. */
const WATCH_MILLISECONDS = 500;
/** Until Redis is told again what it did not take. */
const RETRY_MILLISECONDS = 500;
/** Until a job is given to anybody again whose provider this process does not have. */
const ELSEWHERE_MILLISECONDS = 1000;
/** How often such a job is begun: for a minute. */
const MOST_STARTS = 60;

/** One attempt at one job, in the process that was given it. */
export class BullJobRun {
  private readonly leaving = new AbortController();
  private givenBack = false;
  private news: JobProgress | undefined;
  private telling: Promise<void> | undefined;

  constructor(
    private readonly job: Job<JobTicket>,
    private readonly token: string | undefined,
    private readonly notes: JobNotes,
  ) {}

  /** Somebody has cancelled the job. */
  cancel(): void {
    this.leaving.abort(cancelled());
  }

  /** There is no time for it here: another process is to have it, as if it had never been begun. */
  giveBack(): void {
    this.givenBack = true;
    this.leaving.abort(new ParlanceError('unavailable', 'The process stops.'));
  }

  /** @throws what BullMQ takes for its way on: UnrecoverableError, DelayedError, or an Error to try again */
  async work(work: JobWork): Promise<void> {
    const { data: ticket } = this.job;
    const { signal } = this.leaving;
    const watch = setInterval(() => void this.look().catch(() => undefined), WATCH_MILLISECONDS);
    try {
      await this.look();
      signal.throwIfAborted();
      await work.run(ticket, { signal, report: (progress) => this.report(progress) });
      await this.end('completed', work);
    } catch (error) {
      await this.fail(signal.aborted ? signal.reason : error, work);
    } finally {
      clearInterval(watch);
    }
  }

  private async fail(error: unknown, work: JobWork): Promise<never> {
    if (error instanceof UnrecoverableError) throw error;
    const { job } = this;
    if (this.givenBack) return this.putOff(0);
    if (lacksProvider(error) && job.attemptsStarted < MOST_STARTS) return this.putOff(ELSEWHERE_MILLISECONDS);
    const described = jobErrorOf(job.data, error);
    if (isPassing(error) && job.attemptsMade + 1 < JOB_ATTEMPTS) throw new Error(JSON.stringify(described));
    await this.end('failed', work, described);
    throw failedFor(described);
  }

  /** Gives the job back to whoever takes it after that; it counts no attempt. */
  private async putOff(milliseconds: number): Promise<never> {
    await this.job.moveToDelayed(Date.now() + milliseconds, this.token);
    throw new DelayedError();
  }

  /** Whoever decides first how the job ends is right. @throws UnrecoverableError when that was somebody else, and otherwise */
  private async end(status: EndStatus, work: JobWork, error?: JobError): Promise<void> {
    const { data: ticket } = this.job;
    const decision = await this.told(() => this.notes.decide(ticket.id, status, error));
    await this.telling;
    await this.told(() => this.notes.forgetText(ticket.id));
    await work.ended(ticket, decision.status);
    if (decision.status !== status) throw failedFor(decision.error ?? jobErrorOf(ticket, cancelled()));
  }

  /** A job that has come to its end waits for Redis: tried again instead, it would soon have failed though it was done. */
  private async told<Result>(command: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await asked(command);
      } catch (error) {
        if (this.givenBack) throw error;
        await sleep(RETRY_MILLISECONDS);
      }
    }
  }

  /** Tells the latest news, one at a time: what comes meanwhile is told next. */
  private report(progress: JobProgress): void {
    this.news = progress;
    this.telling ??= this.tell().finally(() => (this.telling = undefined));
  }

  private async tell(): Promise<void> {
    while (this.news !== undefined) {
      const { news } = this;
      this.news = undefined;
      // Progress that Redis does not take is no reason to stop working.
      await this.notes.setProgress(this.job.data.id, news).catch(() => undefined);
    }
  }

  /** A job may have come to its end in a process that died before it could say so. */
  private async look(): Promise<void> {
    const decision = await asked(() => this.notes.decision(this.job.data.id));
    if (decision?.status === 'cancelled') this.cancel();
    if (decision?.status === 'failed' && decision.error !== undefined) this.leaving.abort(failedFor(decision.error));
  }
}

/** The error in JSON is all that the queue keeps of it. */
function failedFor(error: JobError): UnrecoverableError {
  return new UnrecoverableError(JSON.stringify(error));
}

function cancelled(): ParlanceError {
  return new ParlanceError('aborted', 'The job was cancelled.', { reason: 'job_cancelled' });
}
