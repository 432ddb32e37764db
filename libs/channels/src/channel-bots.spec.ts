import { Agents } from '@parlance/agent-runner';
import { MemoryCacheStore } from '@parlance/cache';
import { OTHER_TELEGRAM_TOKEN, startTelegramStandIn, TELEGRAM_TOKEN, WHATSAPP_APP_SECRET, type TelegramStandIn } from '@parlance/testing';
import { messageOf } from './__fixtures__/fake-bot.js';
import { ChannelBots } from './channel-bots.js';
import { readChannelSettings } from './settings/read-channel-settings.js';

const ENVIRONMENT = { ONE: TELEGRAM_TOKEN, OTHER: OTHER_TELEGRAM_TOKEN, APP: WHATSAPP_APP_SECRET };
const NUMBER = { phone_number_id: '1', token: 'env:ONE', app_secret: 'env:APP', verify_token: 'env:APP' };
const never = new AbortController().signal;

describe('ChannelBots', () => {
  let standIn: TelegramStandIn;
  beforeAll(async () => {
    standIn = await startTelegramStandIn();
  });
  afterAll(() => standIn.close());
  beforeEach(() => standIn.reset());

  function create() {
    const agents = new Agents({ sections: { channels: readChannelSettings }, environment: ENVIRONMENT });
    const bots = new ChannelBots(agents, new MemoryCacheStore());
    const telegram = (id: string, token: string, more: object = {}) =>
      agents.register({ agent_id: id, channels: { telegram: { token, base_url: standIn.url, ...more } } });
    return { agents, bots, telegram };
  }

  it('knows the bots of agents that have some, and says the same of all others', () => {
    const { agents, bots, telegram } = create();
    telegram('one', 'env:ONE');
    agents.register({ agent_id: 'number', channels: { whatsapp: NUMBER } });
    expect([...bots.telegrams().keys()]).toEqual(['one']);
    expect(bots.telegram('one').id).toBe('123456789');
    expect(bots.whatsapp('number').webhook).toBeDefined();
    const refusal = { code: 'not_found', reason: 'bot_not_found', message: 'There is no such bot.' };
    for (const agent of ['number', 'demo', 'nobody']) expect(() => bots.telegram(agent)).toThrow(expect.objectContaining(refusal));
    for (const agent of ['one', 'demo', 'nobody']) expect(() => bots.whatsapp(agent)).toThrow(expect.objectContaining(refusal));
    const text = { type: 'text', text: 'Hi' } as const;
    expect(bots.find(messageOf(text, { agent: 'one' }))).toBe(bots.telegram('one').bot);
    expect(bots.find(messageOf(text, { agent: 'number', channel: 'whatsapp' }))).toBe(bots.whatsapp('number').bot);
    for (const agent of ['number', 'demo', 'nobody']) expect(bots.find(messageOf(text, { agent }))).toBeUndefined();
  });

  it('has the same bot as long as the settings are the same, and another one after that', () => {
    const { bots, telegram } = create();
    telegram('one', 'env:ONE');
    const before = bots.telegram('one');
    expect(bots.telegrams().get('one')).toBe(before);
    telegram('other', 'env:OTHER');
    expect(bots.telegram('one')).toBe(before);
    telegram('one', 'env:OTHER', { mode: 'webhook' });
    const after = bots.telegram('one');
    expect([before.id, after.id, after.mode]).toEqual(['123456789', '987654321', 'webhook']);
  });

  it('never mixes the tokens of two agents', async () => {
    const { bots, telegram } = create();
    telegram('one', 'env:ONE', { mode: 'webhook' });
    telegram('other', 'env:OTHER', { mode: 'webhook' });
    standIn.chats.add({ id: 7 });
    await Promise.all(
      ['one', 'other'].map(async (agent) => {
        const channel = bots.telegram(agent);
        await channel.webhook.register(`http://127.0.0.1:1/${agent}`, never);
        const message = await channel.read(standIn.posts.text(standIn.chats.add({ id: 7 }), 'Hi'), never);
        await channel.bot.sendText(message!, `from ${agent}`, never);
      }),
    );
    const seen = [TELEGRAM_TOKEN, OTHER_TELEGRAM_TOKEN].map((token) => {
      const { sent, hook } = standIn.account(token);
      return { texts: sent.map(({ text }) => text), url: hook?.url, secret: hook?.secret };
    });
    expect(seen).toMatchObject([
      { texts: ['from one'], url: 'http://127.0.0.1:1/one' },
      { texts: ['from other'], url: 'http://127.0.0.1:1/other' },
    ]);
    const [one, other] = [bots.telegram('one').webhook, bots.telegram('other').webhook];
    expect([one.isGenuine(seen[0]?.secret), other.isGenuine(seen[1]?.secret)]).toEqual([true, true]);
    expect([one.isGenuine(seen[1]?.secret), other.isGenuine(seen[0]?.secret)]).toEqual([false, false]);
  });
});
