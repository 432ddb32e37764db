import { createRedis, closeRedis, type RedisClient } from '@parlance/cache';
import { chatOf, type ChatQueue, type ChatWorker, type InboxStore, type IncomingMessage, type QueueMeasure } from '@parlance/channels';
import { Logger } from '@nestjs/common';
import { DelayedError, Worker, type Job, type Queue } from 'bullmq';
import { asked, lockOptions, QUEUE_PREFIX, stopWorker } from '../../jobs/queue/bull-connection.js';
import { CatchUp } from './catch-up.js';
import { measureQueue } from '../../jobs/queue/measure-queue.js';

export const CHATS_QUEUE = 'chats';

/** A conversation in which something waits. */
export interface ChatTicket {
  chat: string;
}

export interface BullChatQueueParts {
  /** Made with `PRODUCER_OPTIONS`. */
  queue: Queue<ChatTicket>;
  /** In the same Redis. */
  store: InboxStore;
  worker: ChatWorker;
  /** Takes what comes while Redis is away. */
  meanwhile: ChatQueue;
  redisUrl: string;
}

export interface BullChatQueueOptions {
  /** Conversations that one process works on at a time; default 100. Most of the time they wait for vendors. */
  concurrency?: number;
  /** After which the conversations of a process that has died are given to another; default 15 000. */
  lockMilliseconds?: number;
  /** How often a conversation that another process works on is looked at; default 5000. */
  busyMilliseconds?: number;
}

/** A conversation of a process that dies again and again is not for ever. */
const MAXIMUM_STALLS = 10;

/** A conversation whose inbox cannot be reached is looked at again. */
const JOB_OPTIONS = {
  attempts: 100,
  backoff: { type: 'fixed', delay: 5000 },
  removeOnComplete: true,
  removeOnFail: true,
  stackTraceLimit: 0,
} as const;

/**
 * Conversations in Redis, worked on by all processes. A job of BullMQ says no more than that something waits in one: what
 * waits, and who works on it, is the inbox's. While Redis is away messages are answered by the process they came to.
 */
export class BullChatQueue implements ChatQueue {
  private readonly logger = new Logger('Channels');
  private workers: { worker: Worker<ChatTicket>; connection: RedisClient } | undefined;
  private readonly catchUp = new CatchUp();
  private running = 0;

  constructor(
    private readonly parts: BullChatQueueParts,
    private readonly options: BullChatQueueOptions = {},
  ) {
    parts.queue.on('error', () => undefined);
  }

  async put(message: IncomingMessage): Promise<void> {
    const chat = chatOf(message);
    const { store, queue, meanwhile, worker } = this.parts;
    const tell = () => asked(() => queue.add('chat', { chat }, JOB_OPTIONS));
    let isNew: boolean;
    try {
      await this.catchUp.now();
      isNew = await store.put(chat, message.id, JSON.stringify(message));
    } catch {
      this.logger.warn('Redis is away: a message is answered by this process.');
      // It may lie in Redis all the same, where another process would find it.
      this.catchUp.add(() => worker.settle(message));
      return meanwhile.put(message);
    }
    try {
      // One that came before lies there still where a process has ended before it could tell.
      if (isNew || (await this.waits(chat, message))) await tell();
    } catch {
      // It lies in the inbox, and nobody knows.
      this.catchUp.add(tell);
    }
  }

  private async waits(chat: string, { id }: IncomingMessage): Promise<boolean> {
    return (await this.parts.store.list(chat)).some((body) => (JSON.parse(body) as IncomingMessage).id === id);
  }

  async measure(): Promise<QueueMeasure> {
    const [shared, own] = await Promise.all([measureQueue(this.parts.queue), this.parts.meanwhile.measure()]);
    return {
      waiting: shared.waiting + own.waiting,
      running: shared.running + own.running,
      oldestSeconds: Math.max(shared.oldestSeconds, own.oldestSeconds),
    };
  }

  start(): void {
    this.parts.meanwhile.start();
    const { concurrency = 100, lockMilliseconds = 15_000 } = this.options;
    const connection = createRedis(this.parts.redisUrl, 'jobs');
    const worker = new Worker<ChatTicket>(CHATS_QUEUE, (job, token) => this.work(job, token), {
      connection,
      prefix: QUEUE_PREFIX,
      concurrency,
      ...lockOptions(lockMilliseconds),
      maxStalledCount: MAXIMUM_STALLS,
      runRetryDelay: 1000,
    });
    worker.on('error', () => undefined);
    this.workers = { worker, connection };
  }

  async stop(graceMilliseconds: number): Promise<void> {
    const { worker, connection } = this.workers ?? {};
    this.workers = undefined;
    const meanwhile = this.parts.meanwhile.stop(graceMilliseconds);
    if (worker !== undefined) {
      const breakOff = () => void this.parts.worker.close(0);
      await stopWorker(worker, graceMilliseconds, { isBusy: () => this.running > 0, breakOff });
    }
    await Promise.all([this.parts.worker.close(0), meanwhile, this.catchUp.close()]);
    if (connection !== undefined) await closeRedis(connection);
  }

  private async work(job: Job<ChatTicket>, token: string | undefined): Promise<void> {
    this.running += 1;
    try {
      if (await this.parts.worker.drain(job.data.chat)) return;
      // Another process works on it, or has died over it.
      await job.moveToDelayed(Date.now() + (this.options.busyMilliseconds ?? 5000), token);
      throw new DelayedError();
    } finally {
      this.running -= 1;
    }
  }
}
