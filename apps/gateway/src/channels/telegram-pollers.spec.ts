import { RedisConnections, SharedRedis, type RedisTimes } from '@parlance/cache';
import { Logger } from '@nestjs/common';
import {
  describeWithProgram,
  eventually,
  PATIENT_REDIS,
  REDIS_PROGRAMS,
  RedisServer,
  startTelegramStandIn,
  type TelegramStandIn,
} from '@parlance/testing';
import { botsAt, KeptMessages } from './__fixtures__/channel-bench.js';
import { TelegramPollers } from './telegram-pollers.js';

Logger.overrideLogger(false);

describe('TelegramPollers', () => {
  let standIn: TelegramStandIn;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    standIn = await startTelegramStandIn();
  });
  afterAll(() => standIn.close());
  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
    standIn.reset();
  });

  /** @param times shorter where Redis falls silent */
  function create(redisUrl?: string, times: RedisTimes = PATIENT_REDIS) {
    const { bots, come, go } = botsAt(standIn);
    const connections = new RedisConnections(redisUrl, times);
    const redis = new SharedRedis(connections, { probeMilliseconds: 50 });
    const kept = new KeptMessages();
    const pollers = new TelegramPollers(kept, redis);
    closing.push(async () => {
      await pollers.close();
      redis.close();
      await connections.close();
    });
    return { pollers, redis, kept, bots, come, go };
  }
  const says = (text: string) => standIn.enqueue(standIn.posts.text(standIn.chats.add({ id: 7 }), text));
  const polls = () => standIn.callsOf('getUpdates').length;
  const until = (isSo: () => boolean) => eventually(async () => isSo(), 'It did not come to that.', 30_000);

  it('passes over what is no update, and hears of what comes after it', async () => {
    const { pollers, kept, bots, come } = create();
    come('one', 'ONE', 'polling');
    const damaged = standIn.posts.text(standIn.chats.add({ id: 7 }), 'Damaged.');
    Object.assign(damaged.message ?? {}, { date: 'today' });
    standIn.enqueue(damaged);
    says('Hello.');
    await pollers.poll(bots.telegrams());
    await until(() => kept.texts.length > 0);
    await until(() => standIn.account().queue.length === 0);
    expect(kept.texts).toEqual(['Hello.']);
  });

  it('polls for exactly the bots it is given, and does not begin anew for those it has', async () => {
    const { pollers, kept, bots, come } = create();
    come('one', 'ONE', 'polling');
    await pollers.poll(bots.telegrams());
    await pollers.poll(bots.telegrams());
    says('Hello.');
    await until(() => kept.texts.length > 0);
    await until(() => standIn.account().queue.length === 0);
    expect(standIn.callsOf('deleteWebhook')).toHaveLength(1);
    await pollers.poll(new Map());
    const before = polls();
    says('Anybody there?');
    await pollers.poll(new Map());
    expect([kept.texts, polls(), standIn.account().queue.length]).toEqual([['Hello.'], before, 1]);
    await pollers.poll(bots.telegrams());
    await until(() => kept.texts.length > 1);
    expect(kept.texts).toEqual(['Hello.', 'Anybody there?']);
  });

  it('does not poll twice for the bot of an agent that has changed', async () => {
    const { pollers, kept, bots, come } = create();
    const warn = jest.spyOn(Logger.prototype, 'warn');
    const { put } = kept;
    let isSlow = true;
    Object.assign(kept, {
      put: async (message: never) => (isSlow && kept.texts.length === 1 ? new Promise(() => undefined) : put(message)),
    });
    says('One.');
    says('Two.');
    come('one', 'ONE', 'polling');
    await pollers.poll(bots.telegrams());
    await until(() => kept.texts.length === 1);
    // The first has to say that it has taken one of the two, which it does when it ends.
    isSlow = false;
    come('one', 'ONE', 'polling');
    await pollers.poll(bots.telegrams());
    says('Three.');
    await until(() => kept.texts.includes('Three.'));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });

  it('leaves at Telegram what cannot be kept', async () => {
    const { pollers, kept, bots, come } = create();
    come('one', 'ONE', 'polling');
    let isFull = true;
    const { put } = kept;
    Object.assign(kept, { put: async (message: never) => (isFull ? Promise.reject(new Error('full')) : put(message)) });
    says('One.');
    says('Two.');
    await pollers.poll(bots.telegrams());
    await until(() => polls() > 1);
    expect(standIn.account().queue).toHaveLength(2);
    isFull = false;
    await until(() => kept.texts.length === 2);
    expect(kept.texts).toEqual(['One.', 'Two.']);
  });

  describeWithProgram(REDIS_PROGRAMS, () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());
    beforeEach(() => server.command('FLUSHALL'));
    const leader = () => server.command('GET', 'parlance:telegram:poller:{123456789}');

    it('one process at a time polls, and the next one when it leaves', async () => {
      const all = [create(server.url), create(server.url)];
      for (const { pollers, bots, come } of all) {
        come('one', 'ONE', 'polling');
        await pollers.poll(bots.telegrams());
      }
      for (const text of ['One.', 'Two.']) {
        says(text);
        await until(() => all.some(({ kept }) => kept.texts.includes(text)));
      }
      const first = await leader();
      const leading = all.find(({ kept }) => kept.texts.length > 0)!;
      const waiting = all.find((one) => one !== leading)!;
      expect([leading.kept.texts, waiting.kept.texts]).toEqual([['One.', 'Two.'], []]);
      await leading.pollers.close();
      says('Three.');
      await until(() => waiting.kept.texts.length > 0);
      expect([leading.kept.texts, waiting.kept.texts]).toEqual([['One.', 'Two.'], ['Three.']]);
      expect(await leader()).not.toBe(first);
    });

    it('nobody polls while Redis is silent, and what comes meanwhile is not lost', async () => {
      const { pollers, redis, kept, bots, come } = create(server.url, {});
      come('one', 'ONE', 'polling');
      await pollers.poll(bots.telegrams());
      says('Before.');
      await until(() => kept.texts.length > 0);
      await server.pause();
      try {
        // What is under way comes to its end; nothing new is begun.
        await until(() => redis.isAway);
        const before = polls();
        says('Meanwhile.');
        const questions = jest.spyOn(redis, 'attempt');
        await until(() => questions.mock.calls.length > 1);
        expect([polls(), kept.texts]).toEqual([before, ['Before.']]);
      } finally {
        server.resume();
      }
      await until(() => kept.texts.length > 1);
      expect(kept.texts).toEqual(['Before.', 'Meanwhile.']);
    });
  });
});
