import type { IncomingMessage } from '../channel.types.js';
import { chatOf, type ChatQueue } from './chat-queue.js';
import type { ChatWorker } from './chat-worker.js';
import type { InboxStore } from './inbox-store.js';

/** For one process: what waits is lost with it. */
export class InProcessChatQueue implements ChatQueue {
  private started = false;

  constructor(
    private readonly store: InboxStore,
    private readonly worker: ChatWorker,
  ) {}

  async put(message: IncomingMessage): Promise<void> {
    const chat = chatOf(message);
    if ((await this.store.put(chat, message.id, JSON.stringify(message))) && this.started) void this.worker.drain(chat);
  }

  start(): void {
    this.started = true;
  }

  async stop(graceMilliseconds: number): Promise<void> {
    this.started = false;
    await this.worker.close(graceMilliseconds);
  }
}
