import { Observers } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import type { JobKind } from './queue/job-queue.js';

/** `queued`: it was taken. */
export const JOB_STATES = ['queued', 'completed', 'failed', 'cancelled'] as const;

/** A job whose end is seen to twice, because a process died over it, is told of twice. */
export interface JobNews {
  type: 'job';
  kind: JobKind;
  state: (typeof JOB_STATES)[number];
}

/** `gone`: the receiver wants to hear no more. `failed`: one attempt, there may be more. `abandoned`: the last one has failed, too. */
export const WEBHOOK_OUTCOMES = ['delivered', 'gone', 'failed', 'abandoned'] as const;

export interface WebhookNews {
  type: 'webhook';
  outcome: (typeof WEBHOOK_OUTCOMES)[number];
}

/** Tells of jobs that were taken or have ended in this process, and of their webhooks. */
@Injectable()
export class JobObservers extends Observers<JobNews | WebhookNews> {}
