import { Agents } from '@parlance/agent-runner';
import { FakeBot, messageOf } from '../__fixtures__/fake-bot.js';
import type { Conversation } from '../conversation/conversation.js';
import { ChatWorker } from './chat-worker.js';
import { InProcessChatQueue } from './in-process-chat-queue.js';
import { MemoryInboxStore } from './memory-inbox-store.js';

describe('closing a ChatWorker', () => {
  /** A queue whose only answer is given when `answer` is called, unless it is broken off. */
  const create = () => {
    const agents = new Agents();
    agents.register({ agent_id: 'a' });
    const told: string[] = [];
    let answer = (): void => undefined;
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const conversation = {
      answer: async (...[, , , signal]: Parameters<Conversation['answer']>) => {
        const answered = new Promise<void>((resolve) => (answer = resolve));
        const brokenOff = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        begin();
        await Promise.race([answered, brokenOff]);
        told.push(signal.aborted ? 'broken off' : 'answered');
      },
    } as unknown as Conversation;
    const store = new MemoryInboxStore();
    const worker = new ChatWorker(store, conversation, agents, () => new FakeBot());
    const queue = new InProcessChatQueue(store, worker);
    queue.start();
    const put = () => queue.put(messageOf({ type: 'text', text: 'Hi' }, { agent: 'a', chat: 'c' }));
    return { queue, put, begun, told, answer: () => answer() };
  };

  it('waits for the answer under way', async () => {
    const { queue, put, begun, told, answer } = create();
    await put();
    await begun;
    const stopped = queue.stop(60_000).then(() => told.push('stopped'));
    await new Promise(setImmediate);
    answer();
    await stopped;
    expect(told).toEqual(['answered', 'stopped']);
  });

  it('breaks it off when its time is over', async () => {
    const { queue, put, begun, told } = create();
    await put();
    await begun;
    await queue.stop(1);
    expect(told).toEqual(['broken off']);
  });

  it('measures in seconds since when the oldest conversation has been worked on', async () => {
    const { queue, put, begun, answer } = create();
    const now = jest.spyOn(performance, 'now').mockReturnValue(5_000_000);
    try {
      expect(await queue.measure()).toEqual({ waiting: 0, running: 0, oldestSeconds: 0 });
      await put();
      await begun;
      now.mockReturnValue(5_010_000);
      await queue.put(messageOf({ type: 'text', text: 'Hi' }, { agent: 'a', chat: 'another' }));
      now.mockReturnValue(5_012_000);
      expect(await queue.measure()).toEqual({ waiting: 0, running: 2, oldestSeconds: 12 });
    } finally {
      now.mockRestore();
      answer();
      await queue.stop(1);
    }
  });
});
