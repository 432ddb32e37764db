import { TELEGRAM_TOKEN } from '@parlance/testing';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { failureOf, TelegramBench } from './__fixtures__/telegram-bench.js';
import { removeTelegramWebhook, TELEGRAM_SECRET_HEADER, TelegramWebhook } from './telegram-webhook.js';

let bench: TelegramBench;
let server: Server;
const seen: boolean[] = [];
beforeAll(async () => {
  bench = await TelegramBench.start();
  server = createServer((request, response) => {
    const genuine = webhook().isGenuine(request.headers[TELEGRAM_SECRET_HEADER]);
    seen.push(genuine);
    response.writeHead(genuine ? 200 : 401).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
});
afterEach(() => {
  bench.standIn.reset();
  seen.length = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await bench.standIn.close();
});

const webhook = (secret?: string) => new TelegramWebhook(bench.client(), secret === undefined ? {} : { secret });
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;

describe('TelegramWebhook', () => {
  it('is called with a secret that only Telegram knows', async () => {
    await webhook().register(url(), bench.signal);
    const chat = bench.standIn.chats.add({ id: 7 });
    expect(await bench.standIn.deliver(bench.standIn.posts.text(chat, 'Hello'))).toEqual([200]);
    const { hook } = bench.standIn.account();
    expect(hook).toMatchObject({ url: url(), maximumConnections: 40, allowed: ['message', 'business_message'] });
    expect(hook?.secret).toMatch(/^[0-9a-f]{64}$/);
    await webhook('of-another-service').register(url(), bench.signal);
    expect(await bench.standIn.deliver(bench.standIn.posts.text(chat, 'Hello'), { attempts: 1 })).toEqual([401]);
    expect(seen).toEqual([true, false]);
  });

  it('believes nothing but its secret', () => {
    const own = webhook('my_secret-1');
    const headers = [undefined, '', 'my_secret-', 'my_secret-12', 'MY_SECRET-1', ['my_secret-1'], TELEGRAM_TOKEN];
    expect(headers.map((header) => own.isGenuine(header))).toEqual(headers.map(() => false));
    expect(own.isGenuine('my_secret-1')).toBe(true);
  });

  it('makes the secret of the token, in every process the same', async () => {
    await webhook().register(url(), bench.signal);
    const first = bench.standIn.account().hook?.secret;
    await webhook().register(url(), bench.signal);
    expect(bench.standIn.account().hook?.secret).toBe(first);
    expect(new TelegramWebhook(bench.client({ token: `1${TELEGRAM_TOKEN}` })).isGenuine(first)).toBe(false);
  });

  it.each(['', 'white space', 'a'.repeat(257)])('refuses the secret %p', (secret) => {
    expect(() => webhook(secret)).toThrow("'webhook_secret' must be 1 to 256");
  });

  it('wants https, as Telegram itself does', async () => {
    const telegrams = new TelegramWebhook(bench.client({ baseUrl: 'https://api.telegram.org' }));
    const failure = await failureOf(telegrams.register('http://parlance.example', bench.signal), 'parlance.example');
    expect([failure.code, failure.message]).toEqual(['invalid', expect.stringContaining('https')]);
  });

  it('tells how Telegram gets on with it', async () => {
    expect(await webhook().state(url(), bench.signal)).toEqual({ registered: false, pending: 0 });
    await webhook().register(url(), bench.signal);
    expect(await webhook().state(url(), bench.signal)).toEqual({ registered: true, pending: 0 });
    const account = bench.standIn.account();
    const causes = [
      'Wrong response from the webhook: 500',
      'Connection refused',
      'Read timeout expired',
      'SSL error {certificate verify failed}',
      '?',
    ];
    for (const [index, cause] of ['status', 'connection', 'timeout', 'certificate', 'other'].entries()) {
      account.lastFailure = { date: 1_795_651_200, message: causes[index] ?? '' };
      expect((await webhook().state(url(), bench.signal)).lastFailure).toEqual({ at: '2026-11-26T00:00:00.000Z', cause });
    }
  });

  it('is removed without losing what waits', async () => {
    await webhook().register(url(), bench.signal);
    const chat = bench.standIn.chats.add({ id: 7 });
    bench.standIn.enqueue(bench.standIn.posts.text(chat, 'Hello'));
    await removeTelegramWebhook(bench.client(), bench.signal);
    expect([bench.standIn.account().hook, bench.standIn.account().queue.length]).toEqual([undefined, 1]);
  });

  it('fails without giving the token away', async () => {
    const stranger = new TelegramWebhook(bench.client({ token: `1${TELEGRAM_TOKEN}` }));
    const failure = await failureOf(stranger.register(url(), bench.signal));
    expect([failure.code, failure.message]).toEqual(['auth', expect.stringContaining('token')]);
  });
});
