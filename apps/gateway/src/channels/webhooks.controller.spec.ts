import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { eventually, startTelegramStandIn, TELEGRAM_TOKEN, type TelegramStandIn } from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf } from '../__fixtures__/post.js';

Logger.overrideLogger(false);

const SECRET = 'a-secret-of-the-webhook';
const APP_SECRET = 'a-secret-of-the-app';

describe('/webhooks', () => {
  let gateway: FakeGateway;
  let standIn: TelegramStandIn;
  const directory = mkdtempSync(join(tmpdir(), 'parlance-webhooks-'));
  beforeAll(async () => {
    standIn = await startTelegramStandIn();
    const telegram = { token: 'env:BOT', webhook_secret: 'env:SECRET', mode: 'webhook', base_url: standIn.url };
    const whatsapp = {
      phone_number_id: '1',
      token: 'env:BOT',
      app_secret: 'env:APP_SECRET',
      verify_token: 'env:SECRET',
      base_url: standIn.url,
    };
    writeFileSync(join(directory, 'both.json'), JSON.stringify({ graph: 'echo', channels: { telegram, whatsapp } }));
    gateway = await startFakeGateway({
      PARLANCE_AGENTS_DIR: directory,
      PARLANCE_API_KEYS: 'sk-of-the-gateway',
      PARLANCE_PUBLIC_URL: 'http://127.0.0.1:1',
      BOT: TELEGRAM_TOKEN,
      SECRET,
      APP_SECRET,
    });
  });
  afterAll(async () => {
    await gateway.close();
    await standIn.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const post = (path: string, body: string, headers: Readonly<Record<string, string>>, type = 'application/json') =>
    answerOf(fetch(`${gateway.url}/webhooks/${path}`, { method: 'POST', body, headers: { 'content-type': type, ...headers } }));
  const genuine = { 'x-telegram-bot-api-secret-token': SECRET };
  const signed = (body: string) => ({ 'x-hub-signature-256': `sha256=${createHmac('sha256', APP_SECRET).update(body).digest('hex')}` });
  const textTo = (id: number, text: string) => JSON.stringify(standIn.posts.text(standIn.chats.add({ id }), text));

  it('take what is genuine, without an API key, and answer it later', async () => {
    const answer = await post('telegram/both', textTo(7, 'Hello.'), genuine);
    expect([answer.status, answer.text]).toEqual([200, '{}']);
    await eventually(async () => standIn.account().sent.length > 0, 'It was not answered.', 20_000);
    expect(standIn.account().sent).toMatchObject([{ chat: 7, text: 'Hello.' }]);
    const whatsapp = JSON.stringify({ object: 'whatsapp_business_account', entry: [] });
    expect(await post('whatsapp/both', whatsapp, signed(whatsapp))).toMatchObject({ status: 200, text: '{}' });
  });

  it.each(['null', '{"message":{"chat":null,"from":{}}}', '{"message":{"chat":{"type":"private"},"from":{},"text":"private"}}'])(
    'of Telegram refuse what is no update: %s',
    async (body) => {
      const answer = await post('telegram/both', body, genuine);
      expect(answer).toMatchObject({ status: 400, json: { error: { code: 'webhook_unreadable', type: 'invalid_request_error' } } });
      expect(answer.text).not.toContain('private');
    },
  );

  it('take what is for nobody', async () => {
    const edited = JSON.stringify({ update_id: 1, edited_message: {} });
    expect(await post('telegram/both', edited, genuine)).toMatchObject({ status: 200, text: '{}' });
  });

  it.each([
    ['telegram', 'no secret', {}],
    ['telegram', 'another secret', { 'x-telegram-bot-api-secret-token': `${SECRET}.` }],
    ['telegram', 'an API key in its place', { authorization: 'Bearer sk-of-the-gateway' }],
    ['whatsapp', 'no signature', {}],
    ['whatsapp', 'the signature of another body', signed('{}')],
  ])('of %s refuse %s before they read anything', async (platform, _what, headers) => {
    for (const body of ['{ "private": "no JSON', textTo(8, 'private')]) {
      const answer = await post(`${platform}/both`, body, headers);
      expect(answer).toMatchObject({ status: 401, json: { error: { code: 'webhook_not_signed', type: 'invalid_request_error' } } });
      expect(answer.text).not.toContain('private');
    }
  });

  it.each([
    ['telegram', () => genuine],
    ['whatsapp', signed],
  ])('of %s say what is wrong with a genuine call, and nothing of what is in it', async (platform, headersOf) => {
    const body = '{ "private": "no JSON';
    const answer = await post(`${platform}/both`, body, headersOf(body));
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('private');
    for (const agent of ['demo', 'nobody']) {
      const nobody = await post(`${platform}/${agent}`, body, headersOf(body));
      expect(nobody).toMatchObject({ status: 404, json: { error: { message: 'There is no such bot.', code: 'bot_not_found' } } });
    }
  });

  it('read no other types of bodies, and none without end', async () => {
    const text = textTo(9, 'As text.');
    expect((await post('telegram/both', text, genuine, 'text/plain')).status).toBe(415);
    expect((await post('whatsapp/both', text, signed(text), 'text/plain')).status).toBe(415);
    const endless = `"${'x'.repeat(3 * 2 ** 20)}"`;
    expect((await post('telegram/both', endless, genuine)).status).toBe(413);
    const longer = endless.repeat(2);
    expect((await post('whatsapp/both', longer, signed(longer))).status).toBe(413);
  });

  it('of WhatsApp take as much at a time as Meta sends', async () => {
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: ['x'.repeat(3 * 2 ** 20)] });
    expect(await post('whatsapp/both', body, signed(body))).toMatchObject({ status: 200, text: '{}' });
  });

  it('of WhatsApp are registered by the word of the agent', async () => {
    const ask = (query: string, agent = 'both') => answerOf(fetch(`${gateway.url}/webhooks/whatsapp/${agent}?${query}`));
    const good = await ask(`hub.mode=subscribe&hub.challenge=42&hub.verify_token=${SECRET}`);
    expect([good.status, good.text, good.headers.get('content-type')]).toEqual([200, '42', 'text/plain; charset=utf-8']);
    const bad = await ask('hub.mode=subscribe&hub.challenge=42&hub.verify_token=private');
    expect(bad).toMatchObject({ status: 403, json: { error: { code: 'webhook_not_verified' } } });
    expect(bad.text).not.toContain('private');
    expect((await ask(`hub.mode=subscribe&hub.challenge=42&hub.verify_token=${SECRET}`, 'demo')).status).toBe(404);
    for (const challenge of ['', encodeURIComponent('<script>')]) {
      const answer = await ask(`hub.mode=subscribe&hub.challenge=${challenge}&hub.verify_token=${SECRET}`);
      expect(answer).toMatchObject({ status: 400, json: { error: { param: 'hub.challenge' } } });
      expect(answer.text).not.toContain('script');
    }
  });

  it('stand in the description of the API', async () => {
    const { paths } = (await answerOf(fetch(`${gateway.url}/docs/json`))).json as unknown as { paths: Record<string, object> };
    expect(Object.keys(paths['/webhooks/telegram/{agentId}'] ?? {})).toEqual(['post']);
    expect(Object.keys(paths['/webhooks/whatsapp/{agentId}'] ?? {}).toSorted()).toEqual(['get', 'post']);
  });
});
