import { getQueueToken } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import { RedisConnections } from '@parlance/cache';
import type { JobSettings } from '@parlance/configuration';
import type { Queue } from 'bullmq';
import { registerQueue } from './queue/register-queue.js';
import { BullJobQueue, JOBS_QUEUE } from './queue/bull-job-queue.js';
import { JobQueue, type JobTicket } from './queue/job-queue.js';
import { BullWebhooks, WEBHOOKS_QUEUE, type WebhookTicket } from './webhooks/bull-webhooks.js';
import { WebhookDelivery } from './webhooks/webhook-delivery.js';
import { Webhooks } from './webhooks/webhooks.js';

/** Jobs and webhooks that wait in Redis. */
export function jobsInRedis(redisUrl: string, jobs: JobSettings): Required<Pick<DynamicModule, 'imports' | 'providers'>> {
  const providers = [
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
  return { imports: [JOBS_QUEUE, WEBHOOKS_QUEUE].map(registerQueue), providers };
}
