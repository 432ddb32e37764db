import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentFiles, Agents } from '@parlance/agent-runner';
import { MemoryCacheStore } from '@parlance/cache';
import { readChannelSettings } from '@parlance/channels';
import {
  startTelegramStandIn,
  startWhatsAppStandIn,
  TELEGRAM_TOKEN,
  WHATSAPP_APP_SECRET,
  WHATSAPP_DISPLAY_NUMBER,
  WHATSAPP_PHONE_NUMBER_ID,
  WHATSAPP_TOKEN,
  type TelegramStandIn,
  type WhatsAppStandIn,
} from '@parlance/testing';
import { channelFindings } from './channel-findings.js';

const PUBLIC_URL = 'https://voice.example.com';
const UNKNOWN_TOKEN = '55555:AAF0123456789abcdefghijklmnopqrstuv';
const environment = {
  TELEGRAM_TOKEN,
  UNKNOWN_TOKEN,
  WHATSAPP_TOKEN,
  OLD_TOKEN: 'EAAOLD0123456789',
  WHATSAPP_APP_SECRET,
  WHATSAPP_VERIFY_TOKEN: 'the-verify-token',
};

describe('channelFindings', () => {
  let telegram: TelegramStandIn;
  let whatsapp: WhatsAppStandIn;
  beforeAll(async () => {
    telegram = await startTelegramStandIn();
    whatsapp = await startWhatsAppStandIn();
  });
  afterEach(() => {
    telegram.reset();
    whatsapp.reset();
  });
  afterAll(() => Promise.all([telegram.close(), whatsapp.close()]));

  const context = { sections: { channels: readChannelSettings }, environment };
  const bot = (more: object = {}) => ({ telegram: { token: 'env:TELEGRAM_TOKEN', base_url: telegram.url, ...more } });
  const number = (more: object = {}) => ({
    whatsapp: {
      phone_number_id: WHATSAPP_PHONE_NUMBER_ID,
      token: 'env:WHATSAPP_TOKEN',
      app_secret: 'env:WHATSAPP_APP_SECRET',
      verify_token: 'env:WHATSAPP_VERIFY_TOKEN',
      base_url: whatsapp.url,
      ...more,
    },
  });

  async function examine(channels: object, publicUrl = PUBLIC_URL) {
    const agents = new Agents(context);
    agents.register({ agent_id: 'support', channels });
    return found(agents, publicUrl);
  }

  /** What is told, once it was seen that no secret is in it. */
  async function found(agents: Agents, publicUrl = PUBLIC_URL) {
    const findings = await channelFindings(agents, new MemoryCacheStore(), publicUrl);
    const told = JSON.stringify(findings);
    expect(Object.values(environment).filter((secret) => told.includes(secret))).toEqual([]);
    return findings;
  }

  it('says nothing of agents without channels', async () => {
    expect(await found(new Agents(context))).toEqual([]);
  });

  it('says that bots and numbers answer, and changes nothing', async () => {
    expect(await examine({ ...bot(), ...number() })).toEqual([
      { subject: 'support telegram', state: 'ok', detail: '@parlance_bot answers; messages that wait to be polled: 0' },
      { subject: 'support whatsapp', state: 'ok', detail: `${WHATSAPP_DISPLAY_NUMBER} answers` },
    ]);
    expect(telegram.requests.map(({ path }) => path.split('/').at(-1))).toEqual(['getMe', 'getWebhookInfo']);
    expect(whatsapp.requests.map(({ method }) => method)).toEqual(['GET']);
  });

  it('tells a bot that is to be polled and still calls a webhook', async () => {
    telegram.account().hook = { url: 'https://elsewhere.example', maximumConnections: 40, allowed: [] };
    expect(await examine(bot())).toMatchObject([{ state: 'missing', detail: '@parlance_bot answers, and calls a webhook' }]);
  });

  it('tells whether Telegram calls this gateway', async () => {
    const channels = bot({ mode: 'webhook' });
    expect(await examine(channels)).toMatchObject([{ state: 'missing', detail: expect.stringContaining('does not call this gateway') }]);
    telegram.account().hook = { url: `${PUBLIC_URL}/webhooks/telegram/support`, maximumConnections: 40, allowed: [] };
    expect(await examine(channels)).toMatchObject([{ state: 'ok', detail: '@parlance_bot answers, and calls this gateway' }]);
  });

  it('tells why Telegram cannot deliver, while something waits', async () => {
    const account = telegram.account();
    account.hook = { url: `${PUBLIC_URL}/webhooks/telegram/support`, maximumConnections: 40, allowed: [] };
    account.lastFailure = { date: 1_790_000_000, message: 'Wrong response from the webhook: 502' };
    expect(await examine(bot({ mode: 'webhook' }))).toMatchObject([{ state: 'ok' }]);
    telegram.enqueue(telegram.posts.text(telegram.chats.add({ id: 1 }), 'Hi'));
    const [finding] = await examine(bot({ mode: 'webhook' }));
    expect(finding).toMatchObject({ state: 'broken', remedy: expect.stringContaining('something else than 200') });
    expect(finding?.detail).toMatch(/^@parlance_bot cannot deliver; messages that wait: 1 \(status, last at 2026-/);
  });

  it.each([
    ['a token that Telegram does not know', () => bot({ token: 'env:UNKNOWN_TOKEN' }), 'have BotFather make another'],
    ['a token that WhatsApp refuses', () => number({ token: 'env:OLD_TOKEN' }), 'Give the agent one that is still good'],
    ['another number', () => number({ phone_number_id: '1' }), 'Look at phone_number_id'],
    ['a server that is not there', () => number({ base_url: 'http://127.0.0.1:1' }), 'Look at base_url'],
  ])('tells what to do about %s', async (_what, channels, remedy) => {
    expect(await examine(channels())).toMatchObject([{ state: 'broken', remedy: expect.stringContaining(remedy) }]);
  });

  it('tells that Telegram itself calls https addresses only, and asks nobody', async () => {
    const channels = { telegram: { token: 'env:TELEGRAM_TOKEN', mode: 'webhook' } };
    expect(await examine(channels, 'http://127.0.0.1:8080')).toMatchObject([
      { state: 'broken', remedy: expect.stringContaining('PARLANCE_PUBLIC_URL') },
    ]);
    // A server of one's own takes any.
    expect(await examine(bot({ mode: 'webhook' }), 'http://127.0.0.1:8080')).toMatchObject([{ state: 'missing' }]);
  });

  it('names the variable that is not set', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-channels-'));
    writeFileSync(join(directory, 'shop.yaml'), 'channels: { telegram: { token: env:SHOP_TOKEN } }\n');
    const agents = new Agents(context, new AgentFiles({ directory, context }));
    await agents.onModuleInit();
    const findings = await found(agents);
    await agents.onModuleDestroy();
    rmSync(directory, { recursive: true });
    expect(findings).toEqual([
      {
        subject: 'shop.yaml',
        state: 'broken',
        detail: 'channels.telegram.token refers to the environment variable SHOP_TOKEN, which is not set',
        remedy: 'Set it, for the gateway and for this command.',
      },
    ]);
  });
});
