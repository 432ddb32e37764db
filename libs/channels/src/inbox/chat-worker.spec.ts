import { Agents } from '@parlance/agent-runner';
import { AbortedError, ParlanceError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { FakeBot, messageOf } from '../__fixtures__/fake-bot.js';
import type { IncomingMessage } from '../channel.types.js';
import type { Claims, Conversation, Order } from '../conversation/conversation.js';
import { chatOf } from './chat-queue.js';
import { ChatWorker, type ChatWorkerOptions } from './chat-worker.js';
import { MemoryInboxStore } from './memory-inbox-store.js';

Logger.overrideLogger(false);

type Answer = (message: IncomingMessage, claims: Claims, signal: AbortSignal, order: Order) => Promise<void>;
const quick: ChatWorkerOptions = { retryMilliseconds: 1, lookMilliseconds: 1, renewMilliseconds: 5, claimedMilliseconds: 1 };

describe('ChatWorker', () => {
  function create(answer: Answer, store = new MemoryInboxStore(), options = quick) {
    const agents = new Agents();
    agents.register({ agent_id: 'a' });
    agents.register({ agent_id: 'hasty', second_message: 'cancel' });
    const conversation = {
      answer: (message: IncomingMessage, _bot: unknown, ...rest: [Claims, AbortSignal, Order]) => answer(message, ...rest),
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

  it('finds what comes while it works, also in the last moment, and keeps nothing of what is answered', async () => {
    const answered: string[] = [];
    const signals: AbortSignal[] = [];
    const { worker, put } = create(async (message, _claims, signal) => {
      signals.push(signal);
      answered.push(wordsOf(message));
      if (answered.length < 5) await put('c', `${answered.length}`);
    });
    await put('c', '0');
    await worker.drain('c');
    expect(answered).toEqual(['0', '1', '2', '3', '4']);
    // What still hung on the worker would be told of its end.
    await worker.close(0);
    expect(signals.some(({ aborted }) => aborted)).toBe(false);
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

  it.each([
    [
      new ParlanceError('auth', 'Secret words.', { reason: 'token_refused' }),
      'a: a message was given up after 4 tries: auth (token_refused)',
    ],
    [new Error('Secret words.'), 'a: a message was given up after 4 tries: an unforeseen failure'],
  ])('tells the log why it gave up: %s', async (failure, line) => {
    const logged: unknown[] = [];
    Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error: (told: unknown) => logged.push(told) });
    const { worker, put } = create(() => Promise.reject(failure));
    await put('c', 'Hi');
    await worker.drain('c').finally(() => Logger.overrideLogger(false));
    expect(logged).toEqual([line]);
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

  it('leaves a message where it is while the inbox is away, and its answer is sent once after that', async () => {
    const store = new MemoryInboxStore();
    const sent: string[] = [];
    const { worker, put } = create(async (message, claims) => {
      if (await claims.claim('answer')) sent.push(wordsOf(message));
    }, store);
    const claim = jest.spyOn(store, 'claim');
    await put('c', 'one');
    await put('c', 'two');
    claim.mockRejectedValue(new Error('away'));
    await expect(worker.drain('c')).rejects.toThrow('The inbox cannot be reached.');
    expect([sent, await store.list('c')]).toEqual([[], [expect.any(String), expect.any(String)]]);
    claim.mockRestore();
    expect(await worker.drain('c')).toBe(true);
    expect([sent, await store.list('c')]).toEqual([['one', 'two'], []]);
  });

  it('sends what it has claimed without being told so, once', async () => {
    const store = new MemoryInboxStore();
    const sent: string[] = [];
    const { worker, put } = create(async (message, claims) => {
      if (await claims.claim('answer')) sent.push(wordsOf(message));
    }, store);
    await put('c', 'Hi');
    jest.spyOn(store, 'claim').mockImplementationOnce(async (chat, name, owner) => {
      await MemoryInboxStore.prototype.claim.call(store, chat, name, owner);
      throw new Error('away');
    });
    jest.spyOn(store, 'remove').mockRejectedValueOnce(new Error('away'));
    await expect(worker.drain('c')).rejects.toThrow('The inbox cannot be reached.');
    await expect(worker.drain('c')).rejects.toThrow('away');
    await worker.drain('c');
    expect([sent, await store.list('c')]).toEqual([['Hi'], []]);
  });

  it('lets go of a conversation only when the answers under way have ended, whatever the inbox does', async () => {
    const store = new MemoryInboxStore();
    let release = (): void => undefined;
    const ended: string[] = [];
    const { worker, put } = create(async () => {
      await new Promise<void>((resolve) => (release = resolve));
      ended.push('answer');
    }, store);
    await put('c', 'Hi');
    const list = jest.spyOn(store, 'list');
    const drained = worker.drain('c').catch(() => ended.push('drain'));
    while (list.mock.calls.length < 3) await new Promise(setImmediate);
    list.mockRejectedValue(new Error('away'));
    const failed = list.mock.calls.length;
    while (list.mock.calls.length === failed) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(await store.lease('c', 'another')).toBe(false);
    release();
    await drained;
    expect(ended).toEqual(['answer', 'drain']);
    expect(await store.lease('c', 'another')).toBe(true);
  });

  it('goes on after its lease is forgotten, unless another has taken it', async () => {
    const store = new MemoryInboxStore();
    const ended: string[] = [];
    const owners: string[] = [];
    const lease = jest.spyOn(store, 'lease').mockImplementation(async (chat, owner) => {
      owners.push(owner);
      return MemoryInboxStore.prototype.lease.call(store, chat, owner);
    });
    const { worker, put } = create(async (message, _claims, signal) => {
      const before = owners.length;
      await store.release('c', owners.at(-1) ?? '');
      if (wordsOf(message) === 'taken') await MemoryInboxStore.prototype.lease.call(store, 'c', 'another');
      // Until it is looked after.
      while (owners.length === before) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise(setImmediate);
      ended.push(`${wordsOf(message)} ${signal.aborted}`);
    }, store);
    await put('c', 'forgotten');
    await put('c', 'taken');
    expect(await worker.drain('c')).toBe(false);
    expect(ended).toEqual(['forgotten false', 'taken true']);
    expect(await store.list('c')).toHaveLength(1);
    lease.mockRestore();
  });

  it('does not take again what it is about to give up', async () => {
    const store = new MemoryInboxStore();
    const { worker, put } = create(async () => undefined, store);
    const renew = jest.spyOn(store, 'renew');
    jest.spyOn(store, 'leave').mockImplementation(async (chat, owner) => {
      const left = await MemoryInboxStore.prototype.leave.call(store, chat, owner);
      // The answer is on its way while it is looked after once more.
      const before = renew.mock.calls.length;
      while (renew.mock.calls.length === before) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise(setImmediate);
      return left;
    });
    await put('c', 'Hi');
    await worker.drain('c');
    expect(await store.lease('c', 'another')).toBe(true);
  });

  it('lets turns begin in the order of messages', async () => {
    const begun: string[] = [];
    let fetched = (): void => undefined;
    const { worker, put } = create(async (message, _claims, _signal, order) => {
      if (wordsOf(message) === 'voice') await new Promise<void>((resolve) => (fetched = resolve));
      if (wordsOf(message) === 'sticker') return;
      await order.before;
      begun.push(wordsOf(message));
      order.begun();
      if (wordsOf(message) === 'last') return;
      while (!begun.includes('last')) await new Promise(setImmediate);
    });
    for (const said of ['voice', 'sticker', 'text', 'last']) await put('c', said, 'hasty');
    const drained = worker.drain('c');
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    expect(begun).toEqual([]);
    fetched();
    await drained;
    expect(begun).toEqual(['voice', 'text', 'last']);
  });

  it('gives back what it may have claimed and did not send, and another process sends it', async () => {
    const store = new MemoryInboxStore();
    const sent: string[] = [];
    const answer = (name: string) => async (message: IncomingMessage, claims: Claims) => {
      if (await claims.claim('answer')) sent.push(`${name}: ${wordsOf(message)}`);
    };
    const one = create(answer('one'), store, { ...quick, giveBackMilliseconds: 1 });
    const two = create(answer('two'), store, { ...quick, claimedMilliseconds: 500 });
    await one.put('c', 'Hi');
    jest.spyOn(store, 'claim').mockImplementationOnce(async (chat, name, owner) => {
      await MemoryInboxStore.prototype.claim.call(store, chat, name, owner);
      throw new Error('away');
    });
    jest.spyOn(store, 'unclaim').mockRejectedValueOnce(new Error('away'));
    await expect(one.worker.drain('c')).rejects.toThrow('The inbox cannot be reached.');
    expect(await two.worker.drain('c')).toBe(true);
    expect([sent, await store.list('c')]).toEqual([['two: Hi'], []]);
  });

  it('has nothing to do with what was answered elsewhere', async () => {
    const answered: string[] = [];
    const { worker, store } = create(async (message) => void answered.push(wordsOf(message)));
    const [waiting, unknown] = ['waiting', 'unknown'].map((text) => messageOf({ type: 'text', text }));
    const chat = chatOf(waiting!);
    await store.put(chat, waiting!.id, JSON.stringify(waiting));
    for (const message of [waiting!, unknown!, unknown!]) await worker.settle(message);
    await worker.drain(chat);
    const again = [waiting!, unknown!].map((message) => store.put(chat, message.id, JSON.stringify(message)));
    expect([answered, await Promise.all(again), await store.claim(chat, `answer ${waiting!.id}`, 'somebody')]).toEqual([
      [],
      [false, false],
      'other',
    ]);
  });
});
