import { ParlanceConfiguration } from '@parlance/configuration';
import { NotFoundError, ParlanceError } from '@parlance/contracts';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { whatFailed } from '../../logging/what-failed.js';
import { JobObservers, type WebhookNews } from '../job-observers.js';
import { JobsService, type JobView } from '../jobs.service.js';
import { JobQueue } from '../queue/job-queue.js';
import { WebhookClient } from './webhook-client.js';
import { signWebhook } from './webhook-signature.js';

/** What a receiver is sent. */
export interface WebhookMessage {
  type: 'job.completed' | 'job.failed';
  /** When the job has ended: ISO 8601, UTC. */
  timestamp: string;
  /** As `GET /v1/jobs/:id` shows it, without a link to audio. */
  data: JobView;
}

/** The receiver wants to hear nothing more of this. */
const GONE = 410;

/** Makes one attempt at one message. */
@Injectable()
export class WebhookDelivery implements OnModuleDestroy {
  private readonly logger = new Logger('Webhooks');
  private readonly client: WebhookClient;
  private readonly secret: string | undefined;

  constructor(
    @Inject(JobQueue) private readonly queue: JobQueue,
    private readonly jobs: JobsService,
    { jobs: { webhookSecret, allowPrivateWebhooks } }: ParlanceConfiguration,
    private readonly observers: JobObservers,
  ) {
    this.secret = webhookSecret;
    this.client = new WebhookClient(allowPrivateWebhooks);
  }

  /**
   * @returns whether there is nothing more to do; `false`: the job has not ended yet
   * @throws ParlanceError when it is to be tried again
   */
  async attempt(jobId: string, signal: AbortSignal): Promise<boolean> {
    const state = await this.queue.get(jobId);
    const webhook = state?.ticket.webhook;
    if (state === undefined || webhook === undefined || this.secret === undefined || state.status === 'cancelled') return true;
    if (state.finishedAt === undefined) return false;
    const type = state.status === 'completed' ? 'job.completed' : 'job.failed';
    const message: WebhookMessage = { type, timestamp: state.finishedAt, data: await this.dataOf(jobId, signal) };
    const body = JSON.stringify(message);
    const headers = signWebhook(this.secret, `msg_${jobId.replace(/^job_/, '')}`, new Date(), body);
    const status = await this.post(webhook, { ...headers }, body, signal);
    this.tell(status >= 200 && status < 300 ? 'delivered' : status === GONE ? 'gone' : 'failed');
    if (status >= 200 && status < 300) return true;
    if (status === GONE) {
      this.logger.log(`The receiver of ${jobId} answers 410: it is told nothing more.`);
      return true;
    }
    throw new ParlanceError('server', `The receiver of the webhook answers ${status}.`, { reason: 'webhook_refused' });
  }

  /** The last attempt has failed, too. */
  givenUp(jobId: string, error: unknown): void {
    this.tell('abandoned');
    this.logger.warn(`The end of ${jobId} could not be told: ${whatFailed(error)}`);
  }

  async onModuleDestroy(): Promise<void> {
    await this.client.close();
  }

  private async post(address: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<number> {
    try {
      return await this.client.post(address, headers, body, signal);
    } catch (error) {
      this.tell('failed');
      throw error;
    }
  }

  private tell(outcome: WebhookNews['outcome']): void {
    this.observers.tell({ type: 'webhook', outcome });
  }

  private async dataOf(jobId: string, signal: AbortSignal): Promise<JobView> {
    try {
      return await this.jobs.get(jobId, signal, { linkSeconds: 0 });
    } catch (error) {
      // Its time was over in this moment.
      throw error instanceof NotFoundError ? new ParlanceError('server', 'The job is gone.', { cause: error }) : error;
    }
  }
}
