import { ChatQueue, type QueueMeasure } from '@parlance/channels';
import { Inject, Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { JobQueue } from '../../jobs/queue/job-queue.js';
import { Webhooks } from '../../jobs/webhooks/webhooks.js';
import { MetricsRegistry } from '../metrics-registry.js';
import { setAll, type Sample } from '../set-all.js';

/** How one queue stands. */
export interface QueueState extends QueueMeasure {
  queue: 'jobs' | 'webhooks' | 'chats';
}

/** How the queues stand. With Redis every process tells the same of them. */
@Injectable()
export class QueueMetrics {
  private readonly depth: Gauge;
  private readonly oldest: Gauge;

  constructor(
    registry: MetricsRegistry,
    @Inject(JobQueue) private readonly jobs: JobQueue,
    @Inject(Webhooks) private readonly webhooks: Webhooks,
    @Inject(ChatQueue) private readonly chats: ChatQueue,
  ) {
    this.depth = new Gauge({
      name: 'parlance_queue_depth',
      help: 'Jobs, their webhooks, and conversations of channels, that wait or are worked on.',
      labelNames: ['queue', 'state'],
      registers: [registry],
    });
    this.oldest = new Gauge({
      name: 'parlance_queue_oldest_seconds',
      help: 'How long the oldest that waits has waited.',
      labelNames: ['queue'],
      registers: [registry],
    });
    registry.askedBy(() => this.ask());
  }

  /** Those of which something is known. */
  async states(): Promise<QueueState[]> {
    const all = [measured('jobs', this.jobs), measured('webhooks', this.webhooks), measured('chats', this.chats)];
    return (await Promise.all(all)).flat();
  }

  private async ask(): Promise<void> {
    const known = await this.states();
    const depths = known.flatMap(({ queue, waiting, running }): Sample[] => [
      [{ queue, state: 'waiting' }, waiting],
      [{ queue, state: 'running' }, running],
    ]);
    setAll(this.depth, depths);
    setAll(
      this.oldest,
      known.map(({ queue, oldestSeconds }): Sample => [{ queue }, oldestSeconds]),
    );
  }
}

/** Nothing is known of a queue while its Redis is away. */
async function measured(queue: QueueState['queue'], of: Pick<JobQueue, 'measure'>): Promise<QueueState[]> {
  return of.measure().then(
    (measure) => [{ queue, ...measure }],
    () => [],
  );
}
