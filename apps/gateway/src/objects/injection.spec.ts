import { createHmac } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { ParlanceConfiguration } from '@parlance/configuration';
import { buildObjectKey, FilesystemObjectStore, type SignedMethod } from '@parlance/storage';
import { SIGNING_SECRET, startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';

const SECRET = 'what lies beside the store';
const KEY = buildObjectKey({ kind: 'speech', tenant: 'acme', date: new Date(0), sha256: 'ab'.repeat(32), extension: 'ogg' });

/** Ways out of the store, and keys that could mean more than one object. */
const ODD_KEYS = [
  '../secret',
  '..',
  '.',
  '../../../../../../../../etc/passwd',
  '%2e%2e/secret',
  '%2e%2e%2fsecret',
  '%252e%252e%252fsecret',
  '..%5csecret',
  '..%c0%af..%c0%afsecret',
  'voice/../../secret',
  'voice/speech/..%2f..%2f..%2fsecret',
  '%2fetc%2fpasswd',
  '//etc/passwd',
  'voice/speech/a%00.ogg',
  'secret%00',
  'voice/sp%C3%A9ech/a.ogg',
  'voice/%E2%80%AE/a.ogg',
  '%EF%BC%8E%EF%BC%8E/secret',
  'voice/speech/.hidden',
  `voice/${'a'.repeat(1000)}`,
  'a/'.repeat(700),
];

describe('keys and ids that are none', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
    const { dataDirectory } = gateway.application.get(ParlanceConfiguration);
    mkdirSync(dataDirectory, { recursive: true });
    for (const directory of [dataDirectory, join(dataDirectory, '..')]) writeFileSync(join(directory, 'secret'), SECRET);
    await gateway.application.get(FilesystemObjectStore).put(KEY, Buffer.from('sound'), { contentType: 'audio/ogg' });
  });
  afterAll(() => gateway.close());

  const ask = (method: string, path: string, body = '') =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      // As it is: fetch would take the dots away.
      const sent = request(
        gateway.url,
        { method, path, headers: { 'content-type': 'audio/ogg', 'content-length': body.length } },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (data: string) => (text += data));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.on('error', reject).end(body);
    });
  /** A link as whoever has the secret could sign it by hand: then the key alone is in the way. */
  const signed = (method: SignedMethod, key: string) => {
    const expires = String(Math.ceil(Date.now() / 1000) + 60);
    const text = `parlance-object-v1\n${method}\n${decoded(key)}\n${expires}`;
    return `/objects/${key}?expires=${expires}&signature=${createHmac('sha256', SIGNING_SECRET).update(text).digest('base64url')}`;
  };

  it.each(ODD_KEYS)('%s leads to no object, signed or not', async (key) => {
    for (const path of [`/objects/${key}`, signed('GET', key)]) {
      const { status, text } = await ask('GET', path);
      expect([400, 403, 404, 414]).toContain(status);
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain('root:');
      expect(JSON.parse(text)).toMatchObject({ error: { message: expect.any(String) } });
    }
  });

  it.each(ODD_KEYS)('%s is no place to upload to, signed or not', async (key) => {
    for (const path of [`/objects/${key}`, signed('PUT', key)]) {
      const { status, text } = await ask('PUT', path, 'an upload');
      expect([400, 403, 404, 414]).toContain(status);
      expect(JSON.parse(text)).toMatchObject({ error: { message: expect.any(String) } });
    }
  });

  it.each([
    ...ODD_KEYS,
    encodeURIComponent(KEY),
    `${Buffer.from(KEY).toString('base64url')}%00`,
    `${Buffer.from(KEY).toString('base64url')}=`,
  ])('%s is no id of a file', async (id) => {
    const ids = [id, Buffer.from(decoded(id)).toString('base64url')].filter((one) => one !== Buffer.from(KEY).toString('base64url'));
    for (const one of ids) {
      for (const [method, path] of [
        ['GET', one],
        ['GET', `${one}/url`],
        ['DELETE', one],
      ] as const) {
        const { status, text } = await ask(method, `/v1/files/${path}`);
        expect([400, 404, 414]).toContain(status);
        expect(text).not.toContain(SECRET);
      }
    }
    expect((await ask('GET', `/v1/files/${Buffer.from(KEY).toString('base64url')}`)).status).toBe(200);
  });

  it('a link is good for its own object and method alone', async () => {
    const link = signed('GET', KEY);
    expect(await ask('GET', link)).toEqual({ status: 200, text: 'sound' });
    expect((await ask('PUT', link, 'other')).status).toBe(403);
    expect((await ask('GET', link.replace('acme', 'beta'))).status).toBe(403);
    expect((await ask('GET', link.replace('acme', 'x%2f..%2facme'))).status).toBe(403);
    expect((await ask('GET', `${link}&signature=x`)).status).toBe(403);
  });
});

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
