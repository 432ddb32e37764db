import { Agents } from '@parlance/agent-runner';
import { closeRedis, connectRedis, createRedis } from '@parlance/cache';
import {
  ChatWorker,
  InProcessChatQueue,
  MemoryInboxStore,
  RedisInboxStore,
  type ChannelBot,
  type Conversation,
  type IncomingMessage,
  type InboxStore,
} from '@parlance/channels';
import { Logger } from '@nestjs/common';
import { describeWithProgram, describeWithRedis, eventually, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import { Queue } from 'bullmq';
import { PRODUCER_OPTIONS } from '../../jobs/queue/bull-connection.js';
import { messageOf, textOf } from '../__fixtures__/channel-bench.js';
import { BullChatQueue, CHATS_QUEUE, type ChatTicket } from './bull-chat-queue.js';

Logger.overrideLogger(false);

type Answer = (message: IncomingMessage, signal: AbortSignal) => Promise<void>;

/** One process with a queue; what it answers it does with `answer`. */
async function open(redisUrl: string, answer: Answer, commandMilliseconds = 800) {
  const commands = createRedis(redisUrl, 'commands', { commandMilliseconds });
  await connectRedis(commands);
  const agents = new Agents();
  agents.register({ agent_id: 'a' });
  const conversation = {
    answer: async (message: IncomingMessage, _bot: unknown, claims: { claim: (part: string) => Promise<boolean> }, signal: AbortSignal) => {
      await answer(message, signal);
      if (!(await claims.claim('answer'))) throw new Error('It was claimed before.');
    },
  } as unknown as Conversation;
  const workerOf = (store: InboxStore) =>
    new ChatWorker(store, conversation, agents, () => ({}) as ChannelBot, { lookMilliseconds: 5, retryMilliseconds: 5 });
  const memory = new MemoryInboxStore();
  const store = new RedisInboxStore(commands);
  const producer = new Queue<ChatTicket>(CHATS_QUEUE, { ...PRODUCER_OPTIONS, connection: commands });
  const meanwhile = new InProcessChatQueue(memory, workerOf(memory));
  const parts = { queue: producer, store, worker: workerOf(store), meanwhile, redisUrl };
  const queue = new BullChatQueue(parts, { lockMilliseconds: 2000, busyMilliseconds: 50 });
  const close = async () => {
    await queue.stop(0);
    await producer.close();
    await closeRedis(commands);
  };
  return { queue, store, close };
}

describeWithRedis((url) => {
  describe('BullChatQueue', () => {
    const opened: { close: () => Promise<void> }[] = [];
    const process = async (answer: Answer) => {
      // Redis is never away here, and this process may be short of time.
      const one = await open(url(), answer, 60_000);
      opened.push(one);
      return one;
    };
    afterEach(() => Promise.all(opened.splice(0).map(({ close }) => close())));
    const newChat = () => `chat ${Date.now()} ${Math.random()}`;

    it('has each conversation answered in order and each message once, by whichever process', async () => {
      const answered: string[] = [];
      const answer: Answer = async (message) => {
        await new Promise(setImmediate);
        answered.push(`${message.chat} ${textOf(message)}`);
      };
      const [one, two] = [await process(answer), await process(answer)];
      one.queue.start();
      two.queue.start();
      const chats = Array.from({ length: 20 }, newChat);
      for (const text of ['1', '2', '3', '4']) {
        for (const [index, chat] of chats.entries()) {
          const message = messageOf(text, chat);
          // The same one comes to both, also at once.
          await Promise.all([one, two, (index + Number(text)) % 2 === 0 ? one : two].map(({ queue }) => queue.put(message)));
        }
      }
      await eventually(async () => answered.length >= chats.length * 4, 'Not all were answered.', 30_000);
      for (const chat of chats)
        expect(answered.filter((said) => said.startsWith(chat))).toEqual(['1', '2', '3', '4'].map((text) => `${chat} ${text}`));
      expect(answered).toHaveLength(chats.length * 4);
    });

    it('leaves what it has no time for to another process', async () => {
      const begun: string[] = [];
      const answered: string[] = [];
      const never: Answer = (message, signal) => {
        begun.push(textOf(message));
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('Left.'))));
      };
      const [leaving, staying] = [await process(never), await process(async (message) => void answered.push(textOf(message)))];
      leaving.queue.start();
      const chat = newChat();
      await leaving.queue.put(messageOf('Hold on.', chat));
      await leaving.queue.put(messageOf('And then?', chat));
      await eventually(async () => begun.length > 0, 'It was not begun.', 20_000);
      await leaving.queue.stop(0);
      staying.queue.start();
      await eventually(async () => answered.length === 2, 'It was left lying.', 20_000);
      expect([begun, answered]).toEqual([['Hold on.'], ['Hold on.', 'And then?']]);
    });

    it('lets an answer under way end, within its grace', async () => {
      const answered: string[] = [];
      let release = (): void => undefined;
      let begun = false;
      const { queue } = await process(async (message) => {
        begun = true;
        await new Promise<void>((resolve) => (release = resolve));
        answered.push(textOf(message));
      });
      queue.start();
      await queue.put(messageOf('One moment.', newChat()));
      await eventually(async () => begun, 'It was not begun.', 20_000);
      const stopped = queue.stop(20_000);
      release();
      await stopped;
      expect(answered).toEqual(['One moment.']);
    });
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  describe('BullChatQueue without Redis', () => {
    it('lets what it answers by itself end, within its grace', async () => {
      const server = await RedisServer.start();
      const answered: string[] = [];
      let release = (): void => undefined;
      let begun = false;
      const { queue, close } = await open(server.url, async (message) => {
        begun = true;
        await new Promise<void>((resolve) => (release = resolve));
        answered.push(textOf(message));
      });
      queue.start();
      await server.stop();
      await queue.put(messageOf('One moment.'));
      await eventually(async () => begun, 'It was not begun.', 20_000);
      const stopped = queue.stop(20_000);
      release();
      await stopped;
      expect(answered).toEqual(['One moment.']);
      await close();
    });

    it.each([
      ['silent', (server: RedisServer) => server.pause()],
      ['gone', (server: RedisServer) => server.kill()],
    ])('answers by itself while it is %s, and nothing of that again when it is back', async (_how, away) => {
      const server = await RedisServer.start();
      const answered: string[] = [];
      const { queue, store, close } = await open(server.url, async (message) => void answered.push(textOf(message)));
      queue.start();
      const chat = 'c';
      await away(server);
      const message = messageOf('Are you there?', chat);
      for (const _ of [1, 2]) await queue.put(message);
      await eventually(async () => answered.length > 0, 'It was not answered.', 20_000);
      server.resume();
      if (_how === 'gone') await server.restart();
      const isBack = () =>
        store.list('any').then(
          () => true,
          () => false,
        );
      await eventually(isBack, 'Redis did not come back.', 20_000);
      // Delivered again, it is known.
      await queue.put(message);
      await queue.put(messageOf('And now?', chat));
      await eventually(async () => answered.length > 1, 'It did not go on.', 20_000);
      expect(answered).toEqual(['Are you there?', 'And now?']);
      await close();
      await server.stop();
    });
  });
});
