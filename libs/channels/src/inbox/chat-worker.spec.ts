import { Agents } from '@parlance/agent-runner';
import { AbortedError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { FakeBot, messageOf } from '../__fixtures__/fake-bot.js';
import type { IncomingMessage } from '../channel.types.js';
import type { Claims, Conversation } from '../conversation/conversation.js';
import { ChatWorker, type ChatWorkerOptions } from './chat-worker.js';
import { MemoryInboxStore } from './memory-inbox-store.js';

Logger.overrideLogger(false);

type Answer = (message: IncomingMessage, claims: Claims, signal: AbortSignal) => Promise<void>;
const quick: ChatWorkerOptions = { retryMilliseconds: 1, lookMilliseconds: 1, renewMilliseconds: 5 };

describe('ChatWorker', () => {
  function create(answer: Answer, store = new MemoryInboxStore(), options = quick) {
    const agents = new Agents();
    agents.register({ agent_id: 'a' });
    agents.register({ agent_id: 'hasty', second_message: 'cancel' });
    const conversation = {
      answer: (message: IncomingMessage, _bot: unknown, claims: Claims, signal: AbortSignal) => answer(message, claims, signal),
    } as unknown as Conversation;
    const worker = new ChatWorker(store, conversation, agents, ({ agent }) => (agent === 'gone' ? undefined : new FakeBot()), options);
    const put = (chat: string, said: string, agent = 'a') => {
      const message = messageOf({ type: 'text', text: said }, { agent, chat });
      return store.put(chat, message.id, JSON.stringify(message));
    };
    return { worker, store, put };
  }
  const wordsOf = ({ content }: IncomingMessage) => (content.type === 'text' ? content.text : '');

  it('answers conversations in order, and none waits for another', async () => {
    const answered: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { worker, store, put } = create(async (message) => {
      if (message.chat === 'slow') await held;
      await new Promise(setImmediate);
      answered.push(`${message.chat} ${wordsOf(message)}`);
    });
    const chats = ['slow', ...Array.from({ length: 199 }, (_unused, index) => `chat${index}`)];
    for (const said of ['1', '2', '3']) for (const chat of chats) await put(chat, said);
    const slow = worker.drain('slow');
    expect(await worker.drain('slow')).toBe(false);
    await Promise.all(chats.slice(1).flatMap((chat) => [worker.drain(chat), worker.drain(chat)]));
    expect(answered).toHaveLength(199 * 3);
    release();
    await slow;
    expect(answered).toHaveLength(200 * 3);
    for (const chat of chats)
      expect(answered.filter((one) => one.startsWith(`${chat} `))).toEqual(['1', '2', '3'].map((said) => `${chat} ${said}`));
    expect(await store.list('slow')).toEqual([]);
  });

  it('finds what comes while it works, also in the last moment', async () => {
    const answered: string[] = [];
    const { worker, put } = create(async (message) => {
      answered.push(wordsOf(message));
      if (answered.length < 5) await put('c', `${answered.length}`);
    });
    await put('c', '0');
    await worker.drain('c');
    expect(answered).toEqual(['0', '1', '2', '3', '4']);
  });

  it('begins a newer message at once where it cancels the older', async () => {
    const begun: string[] = [];
    let release = (): void => undefined;
    const { worker, put } = create(async (message) => {
      begun.push(wordsOf(message));
      if (begun.length === 1) await new Promise<void>((resolve) => (release = resolve));
      else release();
    });
    await put('c', 'first', 'hasty');
    const drained = worker.drain('c');
    while (begun.length === 0) await new Promise(setImmediate);
    await put('c', 'second', 'hasty');
    await drained;
    expect(begun).toEqual(['first', 'second']);
  });

  it('tries again, gives up at last, and goes on', async () => {
    const tried: string[] = [];
    const { worker, store, put } = create(async (message) => {
      tried.push(wordsOf(message));
      if (wordsOf(message) === 'bad' || tried.length === 1) throw new Error('away');
    });
    for (const said of ['flaky', 'bad', 'good']) await put('c', said);
    await worker.drain('c');
    expect(tried).toEqual(['flaky', 'flaky', 'bad', 'bad', 'bad', 'bad', 'good']);
    expect(await store.list('c')).toEqual([]);
  });

  it('has what a process left unanswered answered by the next, and nothing sent twice', async () => {
    const store = new MemoryInboxStore();
    const sent: string[] = [];
    const claim: Answer = async (message, claims, signal) => {
      const first = await claims.claim('answer');
      if (first) sent.push(wordsOf(message));
      if (wordsOf(message) === 'sent' && !signal.aborted && first) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        throw new AbortedError();
      }
    };
    const one = create(claim, store);
    for (const said of ['sent', 'left']) await one.put('c', said);
    const drained = one.worker.drain('c');
    while (sent.length === 0) await new Promise(setImmediate);
    await one.worker.close(0);
    await drained;
    expect(await one.worker.drain('c')).toBe(false);
    expect(await store.list('c')).toHaveLength(2);
    await create(claim, store).worker.drain('c');
    expect(sent).toEqual(['sent', 'left']);
    expect(await store.list('c')).toEqual([]);
  });

  it('passes over messages of a bot that is gone', async () => {
    const { worker, store, put } = create(() => Promise.reject(new Error('never asked')));
    await put('c', 'Hi', 'gone');
    await worker.drain('c');
    expect(await store.list('c')).toEqual([]);
  });
});
