import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Counter } from 'prom-client';
import { JOB_STATES, JobObservers, WEBHOOK_OUTCOMES } from '../../jobs/job-observers.js';
import { JOB_KINDS } from '../../jobs/queue/job-queue.js';
import { MetricsRegistry } from '../metrics-registry.js';

/** Jobs and their webhooks. */
@Injectable()
export class JobMetrics implements OnModuleDestroy {
  private readonly unsubscribe: () => void;

  constructor(registry: MetricsRegistry, observers: JobObservers) {
    const registers = [registry];
    const jobs = new Counter({
      name: 'parlance_jobs_total',
      help: 'Jobs that were taken (queued) or have ended.',
      labelNames: ['kind', 'state'],
      registers,
    });
    const webhooks = new Counter({
      name: 'parlance_webhooks_total',
      help: 'Attempts to tell the end of a job, and messages that were given up.',
      labelNames: ['outcome'],
      registers,
    });
    // A series that begins with its first count has not increased by it.
    for (const kind of JOB_KINDS) for (const state of JOB_STATES) jobs.inc({ kind, state }, 0);
    for (const outcome of WEBHOOK_OUTCOMES) webhooks.inc({ outcome }, 0);
    this.unsubscribe = observers.subscribe((news) => {
      if (news.type === 'job') jobs.inc({ kind: news.kind, state: news.state });
      else webhooks.inc({ outcome: news.outcome });
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }
}
