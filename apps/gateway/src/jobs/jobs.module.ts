import type { JobSettings, ParlanceConfiguration } from '@parlance/configuration';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { JobFiles } from './job-files.js';
import { JobObservers } from './job-observers.js';
import { JobRunner } from './job-runner.js';
import { JOB_SOURCES, LinkedSource, StoredFileSource, type JobSource } from './job-source.js';
import { JobsController } from './jobs.controller.js';
import { JobsLifecycle } from './jobs-lifecycle.js';
import { JobsService } from './jobs.service.js';
import { InProcessJobQueue } from './queue/in-process-job-queue.js';
import { JobQueue } from './queue/job-queue.js';
import { InProcessWebhooks } from './webhooks/in-process-webhooks.js';
import { WebhookDelivery } from './webhooks/webhook-delivery.js';
import { Webhooks } from './webhooks/webhooks.js';

/** Jobs and their webhooks: in Redis where there is one, in the process otherwise. Needs the voice layer to be there globally. */
@Module({})
export class JobsModule {
  static async forRoot({ redisUrl, jobs }: ParlanceConfiguration): Promise<DynamicModule> {
    const shared: Provider[] = [
      JobFiles,
      JobObservers,
      JobRunner,
      JobsLifecycle,
      JobsService,
      LinkedSource,
      StoredFileSource,
      WebhookDelivery,
      { provide: JOB_SOURCES, inject: [StoredFileSource, LinkedSource], useFactory: (...sources: JobSource[]) => sources },
    ];
    // BullMQ takes 120 ms to load, which a process without Redis need not wait for.
    const { imports, providers } =
      redisUrl === undefined ? jobsInProcess(jobs) : (await import('./jobs-in-redis.js')).jobsInRedis(redisUrl, jobs);
    return {
      module: JobsModule,
      imports,
      controllers: [JobsController],
      providers: [...shared, ...providers],
      exports: [JobObservers, JobQueue, Webhooks],
    };
  }
}

function jobsInProcess(jobs: JobSettings): Required<Pick<DynamicModule, 'imports' | 'providers'>> {
  const providers = [
    { provide: JobQueue, useFactory: () => new InProcessJobQueue(jobs) },
    { provide: Webhooks, inject: [WebhookDelivery], useFactory: (delivery: WebhookDelivery) => new InProcessWebhooks(delivery) },
  ];
  return { imports: [], providers };
}
