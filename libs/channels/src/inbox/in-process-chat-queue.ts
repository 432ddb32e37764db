import { AsyncResource } from 'node:async_hooks';
import type { IncomingMessage } from '../channel.types.js';
import { chatOf, type ChatQueue } from './chat-queue.js';
import type { ChatWorker } from './chat-worker.js';
import type { InboxStore } from './inbox-store.js';
import type { QueueMeasure } from './queue-measure.js';

/** For one process: what waits is lost with it. */
export class InProcessChatQueue implements ChatQueue {
  private started = false;
  /** Conversations that are being worked on, and since when (milliseconds): none waits for another. */
  private readonly running = new Map<string, number>();
  /** Conversations are no part of the call that has brought a message of theirs. */
  private readonly outside = new AsyncResource('InProcessChatQueue');

  constructor(
    private readonly store: InboxStore,
    private readonly worker: ChatWorker,
  ) {}

  async put(message: IncomingMessage): Promise<void> {
    const chat = chatOf(message);
    if ((await this.store.put(chat, message.id, JSON.stringify(message))) && this.started) {
      void this.outside.runInAsyncScope(() => this.drain(chat));
    }
  }

  async measure(): Promise<QueueMeasure> {
    const oldest = Math.min(...this.running.values());
    return { waiting: 0, running: this.running.size, oldestSeconds: this.running.size === 0 ? 0 : (performance.now() - oldest) / 1000 };
  }

  start(): void {
    this.started = true;
  }

  async stop(graceMilliseconds: number): Promise<void> {
    this.started = false;
    await this.worker.close(graceMilliseconds);
  }

  private async drain(chat: string): Promise<void> {
    const isFirst = !this.running.has(chat);
    if (isFirst) this.running.set(chat, performance.now());
    try {
      await this.worker.drain(chat);
    } finally {
      if (isFirst) this.running.delete(chat);
    }
  }
}
