import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { RedisConnections } from '@parlance/cache';
import type { JobSettings, ParlanceConfiguration } from '@parlance/configuration';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { JobFiles } from './job-files.js';
import { JobObservers } from './job-observers.js';
import { JobRunner } from './job-runner.js';
import { JOB_SOURCES, LinkedSource, StoredFileSource, type JobSource } from './job-source.js';
import { JobsController } from './jobs.controller.js';
import { JobsLifecycle } from './jobs-lifecycle.js';
import { JobsService } from './jobs.service.js';
import { PRODUCER_OPTIONS } from './queue/bull-connection.js';
import { BullJobQueue, JOBS_QUEUE } from './queue/bull-job-queue.js';
import { InProcessJobQueue } from './queue/in-process-job-queue.js';
import { JobQueue, type JobTicket } from './queue/job-queue.js';
import { BullWebhooks, WEBHOOKS_QUEUE, type WebhookTicket } from './webhooks/bull-webhooks.js';
import { InProcessWebhooks } from './webhooks/in-process-webhooks.js';
import { WebhookDelivery } from './webhooks/webhook-delivery.js';
import { Webhooks } from './webhooks/webhooks.js';

/** Jobs and their webhooks: in Redis where there is one, in the process otherwise. Needs the voice layer to be there globally. */
@Module({})
export class JobsModule {
  static forRoot({ redisUrl, jobs }: ParlanceConfiguration): DynamicModule {
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
    return {
      module: JobsModule,
      imports: redisUrl === undefined ? [] : [JOBS_QUEUE, WEBHOOKS_QUEUE].map(registerQueue),
      controllers: [JobsController],
      providers: [...shared, ...(redisUrl === undefined ? inProcess(jobs) : inRedis(redisUrl, jobs))],
      exports: [JobObservers, JobQueue, Webhooks],
    };
  }
}

function inProcess(jobs: JobSettings): Provider[] {
  return [
    { provide: JobQueue, useFactory: () => new InProcessJobQueue(jobs) },
    { provide: Webhooks, inject: [WebhookDelivery], useFactory: (delivery: WebhookDelivery) => new InProcessWebhooks(delivery) },
  ];
}

function inRedis(redisUrl: string, jobs: JobSettings): Provider[] {
  return [
    {
      provide: JobQueue,
      inject: [getQueueToken(JOBS_QUEUE), RedisConnections],
      useFactory: (queue: Queue<JobTicket>, { commands }: RedisConnections) =>
        new BullJobQueue({ queue, commands: commands!, redisUrl }, jobs),
    },
    {
      provide: Webhooks,
      inject: [getQueueToken(WEBHOOKS_QUEUE), WebhookDelivery],
      useFactory: (queue: Queue<WebhookTicket>, delivery: WebhookDelivery) => new BullWebhooks({ queue, redisUrl, delivery }, jobs),
    },
  ];
}

/** On the connection that fails at once: what asks for a job is told so while Redis is away. */
function registerQueue(name: string): DynamicModule {
  return BullModule.registerQueueAsync({
    name,
    inject: [RedisConnections],
    useFactory: ({ commands }: RedisConnections) => ({ ...PRODUCER_OPTIONS, connection: commands! }),
  });
}
