import { AsyncLocalStorage } from 'node:async_hooks';
import { messageOf } from '../__fixtures__/fake-bot.js';
import type { ChatWorker } from './chat-worker.js';
import { InProcessChatQueue } from './in-process-chat-queue.js';
import { MemoryInboxStore } from './memory-inbox-store.js';

describe('InProcessChatQueue', () => {
  it('works on conversations as a part of no call', async () => {
    const calls = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const drain = async (chat: string) => {
      seen.push([chat, calls.getStore()]);
      return true;
    };
    const queue = new InProcessChatQueue(new MemoryInboxStore(), { drain, close: async () => undefined } as unknown as ChatWorker);
    queue.start();
    await calls.run('a webhook', () => queue.put(messageOf({ type: 'text', text: 'Hello.' }, { chat: 'one' })));
    await queue.stop(0);
    expect(seen).toEqual([[expect.stringContaining('one'), undefined]]);
  });
});
