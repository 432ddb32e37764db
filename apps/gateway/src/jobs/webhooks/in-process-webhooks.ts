import type { QueueMeasure } from '@parlance/channels';
import { ParlanceError } from '@parlance/contracts';
import { within } from '../queue/within.js';
import type { WebhookDelivery } from './webhook-delivery.js';
import { NOT_YET_MILLISECONDS, pauseAfter, WEBHOOK_ATTEMPTS, Webhooks } from './webhooks.js';

/** How many messages are kept for receivers that do not answer; the oldest gives way. */
const MAXIMUM_WAITING = 1000;

export interface InProcessWebhooksOptions {
  /** Default 15 000. */
  firstPauseMilliseconds?: number;
}

/** Messages in the memory of one process: what is not told when it ends is never told. */
export class InProcessWebhooks extends Webhooks {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly sending = new Map<string, Promise<void>>();
  private readonly leaving = new AbortController();
  private stopped = false;

  constructor(
    private readonly delivery: Pick<WebhookDelivery, 'attempt' | 'givenUp'>,
    private readonly options: InProcessWebhooksOptions = {},
  ) {
    super();
  }

  async tell(jobId: string): Promise<void> {
    if (this.waiting.has(jobId) || this.sending.has(jobId)) return;
    this.send(jobId, 1);
  }

  async measure(): Promise<QueueMeasure> {
    // None waits for a sender, only for the time of its next attempt.
    return { waiting: this.waiting.size, running: this.sending.size, oldestSeconds: 0 };
  }

  start(): void {
    // Nothing is there from before.
  }

  async stop(graceMilliseconds: number): Promise<void> {
    this.stopped = true;
    for (const [jobId, timer] of this.waiting) {
      clearTimeout(timer);
      this.delivery.givenUp(jobId, stopped());
    }
    this.waiting.clear();
    const sent = Promise.all(this.sending.values()).then(() => true);
    if (await within(graceMilliseconds, sent)) return;
    this.leaving.abort();
    await sent;
  }

  private send(jobId: string, attempt: number): void {
    const sending = this.attempt(jobId, attempt).finally(() => this.sending.delete(jobId));
    this.sending.set(jobId, sending);
  }

  private async attempt(jobId: string, attempt: number): Promise<void> {
    try {
      if (await this.delivery.attempt(jobId, this.leaving.signal)) return;
      this.later(jobId, attempt, NOT_YET_MILLISECONDS);
    } catch (error) {
      if (attempt >= WEBHOOK_ATTEMPTS || this.stopped) this.delivery.givenUp(jobId, error);
      else this.later(jobId, attempt + 1, pauseAfter(attempt, this.options.firstPauseMilliseconds));
    }
  }

  private later(jobId: string, attempt: number, milliseconds: number): void {
    if (this.stopped) return this.delivery.givenUp(jobId, stopped());
    const [oldest] = this.waiting.keys();
    if (oldest !== undefined && this.waiting.size >= MAXIMUM_WAITING) {
      clearTimeout(this.waiting.get(oldest));
      this.waiting.delete(oldest);
      this.delivery.givenUp(oldest, new ParlanceError('rate', 'Too many messages are waiting.'));
    }
    const timer = setTimeout(() => {
      this.waiting.delete(jobId);
      this.send(jobId, attempt);
    }, milliseconds);
    // It keeps no process alive.
    timer.unref();
    this.waiting.set(jobId, timer);
  }
}

/** Of the errors in a line of the log only our own say what they are about. */
function stopped(): ParlanceError {
  return new ParlanceError('unavailable', 'The server was stopped.');
}
