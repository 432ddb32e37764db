import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { Receiver } from '../__fixtures__/receiver.js';
import { WebhookClient } from './webhook-client.js';
import { signWebhook } from './webhook-signature.js';
import { checkWebhookUrl } from './webhook-url.js';

const never = new AbortController().signal;
const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

describe('checkWebhookUrl', () => {
  it.each(['https://example.com/hook?x=1', 'https://8.8.8.8:8443/', 'https://[2606:4700::1111]/'])('takes %s', (url) => {
    expect(checkWebhookUrl(url, false).href).toBe(url);
  });

  it.each([
    ['example.com', 'no address'],
    ['http://example.com', 'https'],
    ['ftp://example.com', 'https'],
    ['https://user:hunter2@example.com', 'user and password'],
    ['https://127.0.0.1/', 'private'],
    ['https://2130706433/', 'private'],
    ['https://0x7f.1/', 'private'],
    ['https://[::1]/', 'private'],
    ['https://[::ffff:10.0.0.1]/', 'private'],
    ['https://169.254.169.254/latest/meta-data', 'private'],
  ])('refuses %s, without repeating it', (url, why) => {
    const check = () => checkWebhookUrl(url, false);
    expect(check).toThrow(expect.objectContaining({ code: 'invalid', param: 'webhook.url', message: expect.stringContaining(why) }));
    expect(check).toThrow(expect.objectContaining({ message: expect.not.stringContaining('hunter2') }));
  });

  it('takes private addresses and plain HTTP where they are allowed, but nothing else', () => {
    expect(checkWebhookUrl('http://127.0.0.1:99/', true).port).toBe('99');
    expect(() => checkWebhookUrl('file:///etc/passwd', true)).toThrow('https');
  });
});

describe('signWebhook', () => {
  it('is what the official client of Standard Webhooks verifies', () => {
    const body = '{"type":"job.completed"}';
    const headers = signWebhook(secret, 'msg_1', new Date(), body);
    const webhook = new Webhook(secret);
    expect(webhook.verify(body, { ...headers })).toEqual({ type: 'job.completed' });
    expect(webhook.sign('msg_1', new Date(Number(headers['webhook-timestamp']) * 1000), body)).toBe(headers['webhook-signature']);
    expect(() => webhook.verify(`${body} `, { ...headers })).toThrow('No matching signature');
    expect(() => webhook.verify(body, { ...headers, 'webhook-id': 'msg_2' })).toThrow('No matching signature');
  });
});

describe('WebhookClient', () => {
  let receiver: Receiver;
  let client: WebhookClient;
  beforeEach(async () => {
    receiver = await Receiver.start();
    client = new WebhookClient(true);
  });
  afterEach(async () => {
    await client.close();
    await receiver.close();
  });

  it('posts JSON and gives the status', async () => {
    receiver.answers.push(201, 500);
    expect(await client.post(`${receiver.url}/hook?a=b`, { 'webhook-id': 'msg_1' }, '{"a":1}', never)).toBe(201);
    expect(await client.post(receiver.url, {}, '{}', never)).toBe(500);
    expect(receiver.received[0]).toMatchObject({
      path: '/hook?a=b',
      body: '{"a":1}',
      headers: { 'content-type': 'application/json', 'webhook-id': 'msg_1', 'user-agent': 'Parlance' },
    });
  });

  it('follows no redirect', async () => {
    receiver.answers.push(307);
    expect(await client.post(receiver.url, {}, '{}', never)).toBe(307);
    expect(receiver.received).toHaveLength(1);
  });

  it('gives up when its caller leaves', async () => {
    receiver.answers.push('hang');
    const leaving = new AbortController();
    const posted = client.post(receiver.url, {}, '{}', leaving.signal);
    while (receiver.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort();
    const message = 'The receiver of the webhook had given no answer when this process stopped.';
    await expect(posted).rejects.toMatchObject({ code: 'server', message });
  });

  it('says that nobody is there', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await once(gone, 'listening');
    const { port } = gone.address() as AddressInfo;
    gone.close();
    await expect(client.post(`http://127.0.0.1:${port}`, {}, '{}', never)).rejects.toMatchObject({
      code: 'server',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('connects to no name that leads to a private address', async () => {
    const guarded = new WebhookClient(false);
    const { port } = new URL(receiver.url);
    await expect(guarded.post(`https://localhost:${port}/`, {}, '{}', never)).rejects.toMatchObject({
      code: 'server',
      message: expect.stringContaining('EPRIVATE'),
    });
    await expect(guarded.post(receiver.url, {}, '{}', never)).rejects.toMatchObject({ code: 'invalid' });
    expect(receiver.received).toHaveLength(0);
    await guarded.close();
  });
});
