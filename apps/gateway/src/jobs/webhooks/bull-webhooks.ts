import { closeRedis, createRedis, type RedisClient } from '@parlance/cache';
import type { QueueMeasure } from '@parlance/channels';
import { Logger } from '@nestjs/common';
import { DelayedError, Worker, type Job, type Queue } from 'bullmq';
import { whatFailed } from '../../logging/what-failed.js';
import { asked, lockOptions, QUEUE_PREFIX, stopWorker } from '../queue/bull-connection.js';
import { measureQueue } from '../queue/measure-queue.js';
import type { WebhookDelivery } from './webhook-delivery.js';
import { NOT_YET_MILLISECONDS, pauseAfter, WEBHOOK_ATTEMPTS, Webhooks } from './webhooks.js';

export const WEBHOOKS_QUEUE = 'webhooks';

/** How many messages one process sends at a time. */
const CONCURRENCY = 4;
/** Longer than an attempt takes: whoever has died while sending leaves the message to another. */
const LOCK_MILLISECONDS = 30_000;

/** A message is about a job, and is made of it when it is sent. */
export interface WebhookTicket {
  jobId: string;
}

export interface BullWebhooksParts {
  /** Made with `PRODUCER_OPTIONS`. */
  queue: Queue<WebhookTicket>;
  redisUrl: string;
  delivery: Pick<WebhookDelivery, 'attempt' | 'givenUp'>;
}

export interface BullWebhooksOptions {
  /** How long it is remembered that a job was told of. */
  retentionSeconds: number;
  /** Default 15 000. */
  firstPauseMilliseconds?: number;
}

/** Messages in Redis, sent by whichever process has time. */
export class BullWebhooks extends Webhooks {
  private readonly logger = new Logger('Webhooks');
  private readonly leaving = new AbortController();
  private worker: Worker<WebhookTicket> | undefined;
  private connection: RedisClient | undefined;
  /** Messages under way. */
  private sending = 0;

  constructor(
    private readonly parts: BullWebhooksParts,
    private readonly options: BullWebhooksOptions,
  ) {
    super();
    parts.queue.on('error', (error) => this.noteOutage(error));
  }

  async tell(jobId: string): Promise<void> {
    const kept = { age: Math.ceil(this.options.retentionSeconds) };
    await asked(() =>
      this.parts.queue.add(
        'message',
        { jobId },
        {
          // One message for one job, however often its end is seen to.
          jobId: `end-of-${jobId}`,
          attempts: WEBHOOK_ATTEMPTS,
          backoff: { type: 'custom' },
          removeOnComplete: kept,
          removeOnFail: kept,
          stackTraceLimit: 0,
        },
      ),
    );
  }

  async measure(): Promise<QueueMeasure> {
    return measureQueue(this.parts.queue);
  }

  start(): void {
    const { redisUrl, delivery } = this.parts;
    this.connection = createRedis(redisUrl, 'jobs');
    const worker = new Worker<WebhookTicket>(WEBHOOKS_QUEUE, (job, token) => this.send(job, token), {
      connection: this.connection,
      prefix: QUEUE_PREFIX,
      concurrency: CONCURRENCY,
      ...lockOptions(LOCK_MILLISECONDS),
      runRetryDelay: 1000,
      settings: { backoffStrategy: (attempt) => pauseAfter(attempt, this.options.firstPauseMilliseconds) },
    });
    worker.on('error', (error) => this.noteOutage(error));
    worker.on('failed', (job, error) => {
      if (job !== undefined && job.finishedOn !== undefined) delivery.givenUp(job.data.jobId, error);
    });
    this.worker = worker;
  }

  async stop(graceMilliseconds: number): Promise<void> {
    const { worker, connection } = this;
    if (worker === undefined || connection === undefined) return;
    this.worker = undefined;
    await stopWorker(worker, graceMilliseconds, { isBusy: () => this.sending > 0, breakOff: () => this.leaving.abort() });
    await closeRedis(connection);
  }

  private async send(job: Job<WebhookTicket>, token: string | undefined): Promise<void> {
    const { signal } = this.leaving;
    this.sending += 1;
    try {
      // A worker that comes to rest may still be handed what it has just put back.
      signal.throwIfAborted();
      if (await this.parts.delivery.attempt(job.data.jobId, signal)) return;
      await job.moveToDelayed(Date.now() + NOT_YET_MILLISECONDS, token);
    } catch (error) {
      if (!signal.aborted) throw error;
      await job.moveToDelayed(Date.now() + NOT_YET_MILLISECONDS, token);
    } finally {
      this.sending -= 1;
    }
    throw new DelayedError();
  }

  private noteOutage(error: Error): void {
    this.logger.debug(`Redis: ${whatFailed(error)}`);
  }
}
