import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectStore } from '@parlance/contracts';
import { describeChecks, type Check } from './check.js';

const audio = { contentType: 'audio/ogg' };
const bytes = Uint8Array.from({ length: 100 }, (_unused, index) => index);
const newKey = () => `conformance/${randomUUID()}/audio.ogg`;
const MINUTE = { expiresInSeconds: 60 };

interface Got {
  status: number;
  contentType: string | null;
  body: Uint8Array;
}

async function ask(url: string, init: RequestInit = {}): Promise<Got> {
  const response = await fetch(url, init);
  return { status: response.status, contentType: response.headers.get('content-type'), body: new Uint8Array(await response.arrayBuffer()) };
}

const upload = (body: Uint8Array, contentType = 'audio/mpeg'): RequestInit => ({
  method: 'PUT',
  headers: { 'content-type': contentType },
  body: Uint8Array.from(body),
});

async function stored(store: ObjectStore, key: string): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of (await store.get(key)).chunks) all.push(chunk);
  return Uint8Array.from(Buffer.concat(all));
}

async function withObject(store: ObjectStore): Promise<{ key: string; link: string }> {
  const key = newKey();
  await store.put(key, bytes, audio);
  return { key, link: await store.presignGet(key, MINUTE) };
}

/** Another signature of the same form. */
function tamper(link: string): string {
  return link.replace(/(signature=)(.)/i, (_whole, name: string, first: string) => `${name}${first === '0' ? '1' : '0'}`);
}

/**
 * What the links of an object store do, asked over HTTP: for stores whose links somebody serves. Run outside a
 * describe block with `failingChecks`.
 */
export const objectLinkChecks: readonly Check<ObjectStore>[] = [
  {
    name: 'a link gives the object, its type and parts of it',
    run: async (store) => {
      const { link } = await withObject(store);
      const { status, contentType, body } = await ask(link);
      expect({ status, contentType, body }).toEqual({ status: 200, contentType: 'audio/ogg', body: bytes });
      const part = await ask(link, { headers: { range: 'bytes=10-19' } });
      expect({ status: part.status, body: part.body }).toEqual({ status: 206, body: bytes.slice(10, 20) });
    },
  },
  {
    name: 'a link for uploading takes an object and its type',
    run: async (store) => {
      const key = newKey();
      const { status } = await ask((await store.presignPut(key, MINUTE)).url, upload(bytes));
      expect(status).toBe(200);
      expect(await store.stat(key)).toMatchObject({ contentType: 'audio/mpeg', sizeBytes: bytes.length });
      expect(await stored(store, key)).toEqual(bytes);
    },
  },
  {
    name: 'a tampered signature is refused',
    run: async (store) => {
      const { key, link } = await withObject(store);
      expect((await ask(tamper(link))).status).toBe(403);
      expect((await ask(tamper((await store.presignPut(key, MINUTE)).url), upload(Uint8Array.of(1)))).status).toBe(403);
      expect((await ask(link.slice(0, link.indexOf('?')))).status).toBe(403);
      expect(await stored(store, key)).toEqual(bytes);
    },
  },
  {
    name: 'a link is refused after its time',
    run: async (store) => {
      const { key } = await withObject(store);
      const [read, write] = [
        await store.presignGet(key, { expiresInSeconds: 1 }),
        (await store.presignPut(key, { expiresInSeconds: 1 })).url,
      ];
      // Stores count in whole seconds, some from the second before.
      await sleep(2500);
      expect((await ask(read)).status).toBe(403);
      expect((await ask(write, upload(Uint8Array.of(1)))).status).toBe(403);
      expect(await stored(store, key)).toEqual(bytes);
    },
  },
  {
    name: 'a link is good for its own method only',
    run: async (store) => {
      const { key, link } = await withObject(store);
      expect((await ask(link, upload(Uint8Array.of(1)))).status).toBe(403);
      expect((await ask((await store.presignPut(key, MINUTE)).url)).status).toBe(403);
      expect((await ask(link, { method: 'DELETE' })).status).toBeGreaterThanOrEqual(400);
      expect(await stored(store, key)).toEqual(bytes);
    },
  },
  {
    name: 'a link is good for its own object only, however that is written',
    run: async (store) => {
      const [one, other] = [await withObject(store), await withObject(store)];
      const uploading = (await store.presignPut(one.key, MINUTE)).url;
      expect((await ask(uploading.replace(one.key, other.key), upload(Uint8Array.of(1)))).status).toBe(403);
      expect(await stored(store, other.key)).toEqual(bytes);
      const elsewhere = [other.key, `x%2F..%2F${one.key}`, `x/..%2F${other.key}`, `${one.key}%00`];
      for (const key of elsewhere) {
        const { status, body } = await ask(one.link.replace(one.key, key));
        // NUL may be refused before anybody looks at the signature.
        const refused = status === 403 || (status === 400 && key.endsWith('%00'));
        expect({ key, refused, given: Buffer.from(body).includes(Buffer.from(bytes)) }).toEqual({ key, refused: true, given: false });
      }
    },
  },
  {
    name: 'an upload is held to what was agreed on',
    run: async (store) => {
      const key = newKey();
      const metadata = { 'original-filename': 'gr%C3%BC%C3%9Fe.mp3' };
      const agreed = { ...MINUTE, contentType: 'audio/mpeg', sizeBytes: bytes.length, metadata };
      const { url, headers } = await store.presignPut(key, agreed);
      const put = (body: Uint8Array, sent: Readonly<Record<string, string>>, to = url) =>
        ask(to, { method: 'PUT', headers: { ...sent, 'content-length': String(body.length) }, body: Uint8Array.from(body) });
      const refused = [
        await put(bytes, { ...headers, 'content-type': 'text/html' }),
        await put(Uint8Array.from([...bytes, 1]), headers),
        await put(bytes.subarray(1), headers),
        await put(bytes, headers, tamper(url)),
        await put(bytes, headers, url.replace(key, newKey())),
      ];
      expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
      expect(await store.stat(key)).toBeUndefined();
      expect((await put(bytes, headers)).status).toBe(200);
      expect(await store.stat(key)).toMatchObject({ contentType: 'audio/mpeg', sizeBytes: bytes.length, metadata });
      expect(await stored(store, key)).toEqual(bytes);
    },
  },
  {
    name: 'refuses to agree on an upload that cannot be',
    run: async (store) => {
      const wrong = [
        { contentType: 'audio/ogg\r\nx: y' },
        { contentType: 'audio/ogg', metadata: { name: 'ü' } },
        { sizeBytes: 0 },
        { sizeBytes: 1.5 },
        { maximumBytes: -1 },
      ];
      for (const options of wrong) {
        await expect(store.presignPut(newKey(), { ...MINUTE, ...options })).rejects.toMatchObject({ code: 'invalid' });
      }
    },
  },
];

/** Registers the checks as tests. `close` is called after each. */
export function describeObjectLinks(name: string, create: () => Promise<{ store: ObjectStore; close?: () => Promise<void> }>): void {
  describeChecks(name, objectLinkChecks, async () => {
    const { store, close } = await create();
    return close === undefined ? { subject: store } : { subject: store, close };
  });
}
