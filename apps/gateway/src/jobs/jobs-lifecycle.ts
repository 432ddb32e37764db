import { ParlanceConfiguration } from '@parlance/configuration';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { whatFailed } from '../logging/what-failed.js';
import { JobFiles } from './job-files.js';
import { JobRunner } from './job-runner.js';
import { JobQueue } from './queue/job-queue.js';
import { Webhooks } from './webhooks/webhooks.js';

const SWEEP_MILLISECONDS = 3_600_000;
/** For telling of jobs that have ended with the process: orchestrators wait no longer. */
const TELLING_MILLISECONDS = 5000;

/** Begins to work on jobs when the process is there, clears up after them, and ends in order. */
@Injectable()
export class JobsLifecycle implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Jobs');
  private readonly leaving = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private sweeping = Promise.resolve();
  private stopped: Promise<void> | undefined;

  constructor(
    @Inject(JobQueue) private readonly queue: JobQueue,
    private readonly runner: JobRunner,
    private readonly webhooks: Webhooks,
    private readonly files: JobFiles,
    private readonly configuration: ParlanceConfiguration,
  ) {}

  onApplicationBootstrap(): void {
    this.webhooks.start();
    this.queue.process(this.runner);
    this.timer = setInterval(() => this.beginSweep(), SWEEP_MILLISECONDS);
    this.timer.unref();
    this.beginSweep();
  }

  /** @param graceMilliseconds for jobs under way; a few seconds more go to telling of their end */
  stop(graceMilliseconds: number): Promise<void> {
    this.stopped ??= this.stopAll(graceMilliseconds);
    return this.stopped;
  }

  async onModuleDestroy(): Promise<void> {
    await this.stop(0);
  }

  private async stopAll(graceMilliseconds: number): Promise<void> {
    clearInterval(this.timer);
    this.leaving.abort();
    await this.queue.stop(graceMilliseconds);
    await this.webhooks.stop(Math.min(graceMilliseconds, TELLING_MILLISECONDS));
    await this.sweeping;
  }

  private beginSweep(): void {
    this.sweeping = this.sweep().catch((error: unknown) => {
      // What could not be cleared is looked for again.
      if (!this.leaving.signal.aborted) this.logger.debug(`Old jobs were not cleared: ${whatFailed(error)}`);
    });
  }

  private async sweep(): Promise<void> {
    await this.queue.sweep();
    await this.files.sweep(this.configuration.jobs.retentionSeconds, this.leaving.signal);
  }
}
