import { RedisConnections, SharedRedis } from '@parlance/cache';
import { loadConfiguration } from '@parlance/configuration';
import { Logger } from '@nestjs/common';
import { eventually, OTHER_TELEGRAM_TOKEN, startTelegramStandIn, telegramFault, type TelegramStandIn } from '@parlance/testing';
import { botsAt, KeptMessages } from './__fixtures__/channel-bench.js';
import { ChannelsLifecycle } from './channels-lifecycle.js';
import { TelegramPollers } from './telegram-pollers.js';

const PUBLIC_URL = 'http://127.0.0.1:1';
const OUTAGE = telegramFault(500, 'Internal Server Error');

describe('ChannelsLifecycle', () => {
  let standIn: TelegramStandIn;
  const logged: string[] = [];
  const running: ChannelsLifecycle[] = [];
  beforeAll(async () => {
    standIn = await startTelegramStandIn();
  });
  afterAll(() => standIn.close());
  beforeEach(() => {
    logged.length = 0;
    for (const level of ['log', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...words: unknown[]) => void logged.push(words.map(String).join(' ')));
    }
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((lifecycle) => lifecycle.stop(0)));
    standIn.reset();
    jest.restoreAllMocks();
  });

  function create() {
    const { bots, come, go } = botsAt(standIn);
    const queue = new KeptMessages();
    const pollers = new TelegramPollers(queue, new SharedRedis(new RedisConnections()));
    const configuration = loadConfiguration({ PARLANCE_PUBLIC_URL: PUBLIC_URL });
    const lifecycle = new ChannelsLifecycle(bots, queue, pollers, configuration);
    running.push(lifecycle);
    return { lifecycle, queue, come, go };
  }
  const until = (isSo: () => boolean) => eventually(async () => isSo(), 'It did not come to that.', 30_000);
  const registrations = () => standIn.callsOf('setWebhook').length;
  const looks = () => standIn.callsOf('getUpdates').length;

  it('has bots called that are there and that come, once each', async () => {
    const { lifecycle, queue, come } = create();
    come('one', 'ONE', 'webhook');
    lifecycle.onApplicationBootstrap();
    expect(queue.calls).toEqual(['start']);
    await until(() => standIn.account().hook !== undefined);
    expect(standIn.account().hook).toMatchObject({ url: `${PUBLIC_URL}/webhooks/telegram/one`, allowed: ['message', 'business_message'] });
    come('other', 'OTHER', 'webhook');
    await until(() => standIn.account(OTHER_TELEGRAM_TOKEN).hook !== undefined);
    expect(standIn.account(OTHER_TELEGRAM_TOKEN).hook?.url).toBe(`${PUBLIC_URL}/webhooks/telegram/other`);
    await until(() => logged.length > 1);
    expect(registrations()).toBe(2);
    expect(logged).toEqual(['one: Telegram calls this server.', 'other: Telegram calls this server.']);
  });

  it('polls for bots that come, and no more for those that go', async () => {
    const { lifecycle, queue, come, go } = create();
    lifecycle.onApplicationBootstrap();
    come('one', 'ONE', 'polling');
    const chat = standIn.chats.add({ id: 7 });
    standIn.enqueue(standIn.posts.text(chat, 'Hello.'));
    await until(() => queue.texts.length > 0);
    go('one');
    // By the time that another bot has come, the first has gone.
    come('two', 'OTHER', 'webhook');
    await until(() => standIn.account(OTHER_TELEGRAM_TOKEN).hook !== undefined);
    const before = looks();
    standIn.enqueue(standIn.posts.text(chat, 'Anybody there?'));
    come('three', 'ONE', 'webhook');
    await until(() => standIn.account().hook !== undefined);
    expect([queue.texts, looks()]).toEqual([['Hello.'], before]);
  });

  it('tries again where Telegram has failed', async () => {
    const { lifecycle, come } = create();
    come('one', 'ONE', 'webhook');
    // The bot itself tries three times.
    standIn.fail(OUTAGE, OUTAGE, OUTAGE);
    lifecycle.onApplicationBootstrap();
    await until(() => logged.length > 1);
    expect([registrations(), standIn.account().hook?.url]).toEqual([4, `${PUBLIC_URL}/webhooks/telegram/one`]);
    expect(logged).toEqual([
      "one: Telegram's webhook could not be registered. Telegram failed. Try again.",
      'one: Telegram calls this server.',
    ]);
  });

  it('does not try again what will not pass, until the agent is another; nobody waits for it', async () => {
    const { lifecycle, come } = create();
    come('bad', 'UNKNOWN', 'webhook');
    lifecycle.onApplicationBootstrap();
    await until(() => logged.length > 0);
    come('later', 'OTHER', 'webhook');
    await until(() => standIn.account(OTHER_TELEGRAM_TOKEN).hook !== undefined);
    expect(registrations()).toBe(2);
    expect(logged[0]).toMatch(/^bad: Telegram's webhook could not be registered\. Telegram does not know the bot's token/);
    come('bad', 'ONE', 'webhook');
    await until(() => standIn.account().hook !== undefined);
    expect(registrations()).toBe(3);
    expect(logged.join()).not.toContain('XXX0123456789');
  });

  it('registers the others while Telegram is silent about one', async () => {
    const { lifecycle, come } = create();
    come('silent', 'ONE', 'webhook');
    standIn.fail({ kind: 'hang' });
    lifecycle.onApplicationBootstrap();
    await until(() => registrations() === 1);
    come('other', 'OTHER', 'webhook');
    await until(() => standIn.account(OTHER_TELEGRAM_TOKEN).hook !== undefined);
    expect(standIn.account().hook).toBeUndefined();
  });

  it('stops once, in order, and looks no more', async () => {
    const { lifecycle, queue, come } = create();
    come('one', 'ONE', 'polling');
    lifecycle.onApplicationBootstrap();
    await until(() => looks() > 0);
    await Promise.all([lifecycle.stop(5), lifecycle.onModuleDestroy()]);
    await until(() => standIn.openSockets === 0);
    const before = looks();
    expect(queue.calls).toEqual(['start', 'stop 5']);
    standIn.enqueue(standIn.posts.text(standIn.chats.add({ id: 7 }), 'Anybody there?'));
    await lifecycle.stop(5);
    expect([looks(), queue.texts]).toEqual([before, []]);
  });
});
