import { createHash, randomUUID } from 'node:crypto';
import type { ObjectStore, StoredObject } from '@parlance/contracts';
import { describeChecks, type Check } from './check.js';

/** Keys of their own: a store that outlives the test may hold those of others. */
const newKey = (name = 'audio.ogg') => `conformance/${randomUUID()}/${name}`;
const audio = { contentType: 'audio/ogg' };
/** More than any store's read buffer, and no two stretches alike. */
const longBytes = Uint8Array.from({ length: 300_000 }, (_unused, index) => (index * 7 + Math.floor(index / 251)) % 256);

async function readBytes(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Uint8Array.from(Buffer.concat(all));
}

/** Bytes as something that can be compared and printed quickly. */
const fingerprint = (bytes: Uint8Array) => `${bytes.length} bytes, SHA-256 ${createHash('sha256').update(bytes).digest('hex')}`;

async function stored(store: ObjectStore, key: string, range?: { start: number; end?: number }): Promise<string> {
  return fingerprint(await readBytes((await store.get(key, range)).chunks));
}

async function listed(store: ObjectStore, prefix: string): Promise<StoredObject[]> {
  const all: StoredObject[] = [];
  for await (const object of store.list(prefix)) all.push(object);
  return all;
}

/** Turns what is thrown at once into a rejection. */
const attempt = async (work: () => Promise<unknown>) => work();

const contentChecks: readonly Check<ObjectStore>[] = [
  {
    name: 'gives every byte back, with all that was said about them',
    run: async (store) => {
      const key = newKey();
      const before = Date.now();
      const put = await store.put(key, longBytes, { contentType: 'audio/mpeg', metadata: { voice: 'slt', 'original-name': 'a b.mp3' } });
      const { object, chunks } = await store.get(key);
      expect(fingerprint(await readBytes(chunks))).toBe(fingerprint(longBytes));
      const expected = {
        key,
        sizeBytes: longBytes.length,
        contentType: 'audio/mpeg',
        metadata: { voice: 'slt', 'original-name': 'a b.mp3' },
      };
      for (const described of [put, object, await store.stat(key)]) {
        expect(described).toMatchObject(expected);
        // Another machine's clock, and stores that keep whole seconds.
        expect(Math.abs((described?.createdAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
      }
    },
  },
  {
    name: 'keeps every metadata value as it is',
    run: async (store) => {
      const key = newKey();
      const metadata = {
        empty: '',
        spaces: '  a  b  ',
        percent: '100%25 %20',
        signs: '"a", b=c; d\\e',
        'content-type': 'text/plain',
        etag: 'x',
      };
      await store.put(key, Uint8Array.of(1), { ...audio, metadata });
      expect(await store.stat(key)).toMatchObject({ contentType: 'audio/ogg', metadata });
      expect((await store.get(key)).object.metadata).toEqual(metadata);
    },
  },
  {
    name: 'keeps an empty object',
    run: async (store) => {
      const key = newKey();
      await store.put(key, new Uint8Array(), audio);
      expect(await store.stat(key)).toMatchObject({ sizeBytes: 0, metadata: {} });
      expect(await stored(store, key)).toBe(fingerprint(Uint8Array.of()));
    },
  },
  {
    name: 'stores the view, not the buffer behind it, and is not touched by later changes',
    run: async (store) => {
      const key = newKey();
      const bytes = Uint8Array.of(0, 1, 2, 3);
      await store.put(key, bytes.subarray(1, 3), audio);
      bytes.fill(9);
      expect(await stored(store, key)).toBe(fingerprint(Uint8Array.of(1, 2)));
    },
  },
  {
    name: 'replaces bytes and description together',
    run: async (store) => {
      const key = newKey();
      await store.put(key, longBytes, { contentType: 'audio/wav', metadata: { version: 'one' } });
      await store.put(key, Uint8Array.of(5), audio);
      expect(await store.stat(key)).toMatchObject({ sizeBytes: 1, contentType: 'audio/ogg', metadata: {} });
      expect(await stored(store, key)).toBe(fingerprint(Uint8Array.of(5)));
    },
  },
  {
    name: 'survives many writers of one key: one of them wins whole',
    run: async (store) => {
      const key = newKey();
      const writers = [1, 2, 3, 4, 5, 6];
      await Promise.all(
        writers.map((writer) =>
          store.put(key, new Uint8Array(70_000).fill(writer), { contentType: 'audio/wav', metadata: { writer: String(writer) } }),
        ),
      );
      const { object, chunks } = await store.get(key);
      const bytes = await readBytes(chunks);
      expect(bytes).toHaveLength(70_000);
      expect([...new Set(bytes)].map(String)).toEqual([object.metadata['writer']]);
    },
  },
  {
    name: 'can be read from by many at once, and left early',
    run: async (store) => {
      const key = newKey();
      await store.put(key, longBytes, audio);
      const streams = await Promise.all([1, 2, 3].map(async () => (await store.get(key)).chunks));
      const leaving = streams.pop()?.[Symbol.asyncIterator]();
      expect((await leaving?.next())?.done).toBe(false);
      await leaving?.return?.();
      const sizes = await Promise.all(streams.map(async (chunks) => (await readBytes(chunks)).length));
      expect(sizes).toEqual([longBytes.length, longBytes.length]);
    },
  },
];

const rangeChecks: readonly Check<ObjectStore>[] = [
  {
    name: 'reads ranges, both ends included, and none beyond the end',
    run: async (store) => {
      const key = newKey();
      await store.put(key, longBytes, audio);
      const part = (start: number, end?: number) => fingerprint(longBytes.subarray(start, end));
      expect(await stored(store, key, { start: 0, end: 0 })).toBe(part(0, 1));
      expect(await stored(store, key, { start: 100, end: 70_000 })).toBe(part(100, 70_001));
      expect(await stored(store, key, { start: 299_990 })).toBe(part(299_990));
      expect(await stored(store, key, { start: 299_990, end: 999_999 })).toBe(part(299_990));
      expect((await store.get(key, { start: 5, end: 9 })).object.sizeBytes).toBe(longBytes.length);
    },
  },
  {
    name: 'refuses ranges that are none, and says when the object has no such bytes',
    run: async (store) => {
      const key = newKey();
      await store.put(key, Uint8Array.of(1, 2, 3), audio);
      for (const range of [{ start: -1 }, { start: 2, end: 1 }, { start: 0.5 }]) {
        await expect(store.get(key, range)).rejects.toMatchObject({ code: 'invalid', param: 'range' });
      }
      await expect(store.get(key, { start: 3 })).rejects.toMatchObject({ code: 'invalid', reason: 'range_not_satisfiable' });
    },
  },
];

const absenceChecks: readonly Check<ObjectStore>[] = [
  {
    name: 'tells what is not there from what is',
    run: async (store) => {
      const key = newKey();
      expect(await store.stat(key)).toBeUndefined();
      await expect(store.get(key)).rejects.toMatchObject({ code: 'not_found' });
      await expect(store.delete(key)).resolves.toBeUndefined();
    },
  },
  {
    name: 'deletes one object and leaves the others',
    run: async (store) => {
      const [gone, kept] = [newKey(), newKey()];
      await store.put(gone, Uint8Array.of(1), audio);
      await store.put(kept, Uint8Array.of(2), audio);
      await store.delete(gone);
      expect(await store.stat(gone)).toBeUndefined();
      expect(await stored(store, kept)).toBe(fingerprint(Uint8Array.of(2)));
      await store.put(gone, Uint8Array.of(3), audio);
      expect(await stored(store, gone)).toBe(fingerprint(Uint8Array.of(3)));
    },
  },
  {
    name: 'lists what begins with the prefix, in order, fully described',
    run: async (store) => {
      const base = newKey('list');
      const names = ['a', 'a-b', 'a/x', 'a/y', 'b/c/d'];
      await Promise.all([...names, 'z'].map((name) => store.put(`${base}/${name}`, Uint8Array.of(1, 2), audio)));
      const keys = async (prefix: string) => (await listed(store, base + prefix)).map((object) => object.key.slice(base.length + 1));
      expect(await keys('/')).toEqual([...names, 'z']);
      expect(await keys('/a')).toEqual(['a', 'a-b', 'a/x', 'a/y']);
      expect(await keys('/a/')).toEqual(['a/x', 'a/y']);
      expect(await keys('/none')).toEqual([]);
      const [first] = await listed(store, `${base}/b`);
      expect(first).toMatchObject({ sizeBytes: 2, contentType: 'audio/ogg', metadata: {} });
    },
  },
];

const refusalChecks: readonly Check<ObjectStore>[] = [
  {
    name: 'refuses keys that could mean something else, in every operation',
    run: async (store) => {
      const keys = ['', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a/./b', 'a\\b', 'a\0b', 'a\nb', '.hidden', 'x'.repeat(1025)];
      const lifetime = { expiresInSeconds: 60 };
      for (const key of keys) {
        const operations = [
          () => store.put(key, Uint8Array.of(1), audio),
          () => store.get(key),
          () => store.stat(key),
          () => store.delete(key),
          () => store.presignGet(key, lifetime),
          () => store.presignPut(key, lifetime),
        ];
        for (const operation of operations) {
          await expect(attempt(operation)).rejects.toMatchObject({ code: 'invalid', param: 'key' });
        }
      }
    },
  },
  {
    name: 'refuses descriptions that would break out of a header',
    run: async (store) => {
      const refused = [
        { contentType: 'audio/ogg\r\nx: y' },
        { contentType: 'nonsense' },
        { ...audio, metadata: { name: 'a\nb' } },
        { ...audio, metadata: { 'a b': 'c' } },
        { ...audio, metadata: { name: 'ü' } },
        { ...audio, metadata: { name: 'x'.repeat(5000) } },
      ];
      for (const options of refused) {
        await expect(store.put(newKey(), Uint8Array.of(1), options)).rejects.toMatchObject({ code: 'invalid' });
      }
    },
  },
  {
    name: 'does nothing for a caller who has left',
    run: async (store) => {
      const key = newKey();
      const signal = AbortSignal.abort();
      const aborted = { code: 'aborted' };
      await expect(store.put(key, Uint8Array.of(1), audio, signal)).rejects.toMatchObject(aborted);
      expect(await store.stat(key)).toBeUndefined();
      await store.put(key, Uint8Array.of(1), audio);
      await expect(store.get(key, undefined, signal)).rejects.toMatchObject(aborted);
      await expect(store.stat(key, signal)).rejects.toMatchObject(aborted);
      await expect(store.delete(key, signal)).rejects.toMatchObject(aborted);
      await expect(store.list(key, signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject(aborted);
      expect(await store.stat(key)).toBeDefined();
    },
  },
  {
    name: 'stops reading for a caller who leaves in the middle',
    run: async (store) => {
      const key = newKey();
      await store.put(key, longBytes, audio);
      const controller = new AbortController();
      const { chunks } = await store.get(key, undefined, controller.signal);
      const iterator = chunks[Symbol.asyncIterator]();
      await iterator.next();
      controller.abort();
      await expect(readBytes({ [Symbol.asyncIterator]: () => iterator })).rejects.toMatchObject({ code: 'aborted' });
    },
  },
  {
    name: 'signs links for one object, one method and a limited time',
    run: async (store) => {
      const key = newKey();
      await store.put(key, Uint8Array.of(1), audio);
      const read = await store.presignGet(key, { expiresInSeconds: 60 });
      const write = await store.presignPut(key, { expiresInSeconds: 604_800 });
      expect(new URL(read).protocol).toMatch(/^https?:$/);
      expect(new URL(read).pathname).toMatch(new RegExp(`/${key}$`));
      expect(new URL(read).search).not.toBe(new URL(write.url).search);
      expect(write.headers).toEqual({});
      for (const expiresInSeconds of [0, -1, 1.5, 604_801, Number.NaN]) {
        const refused = { code: 'invalid', param: 'expiresInSeconds' };
        await expect(attempt(() => store.presignGet(key, { expiresInSeconds }))).rejects.toMatchObject(refused);
        await expect(attempt(() => store.presignPut(key, { expiresInSeconds }))).rejects.toMatchObject(refused);
      }
    },
  },
];

/** What every object store does. Run outside a describe block with `failingChecks`. */
export const objectStoreChecks: readonly Check<ObjectStore>[] = [...contentChecks, ...rangeChecks, ...absenceChecks, ...refusalChecks];

/** Registers the checks as tests. `close` is called after each. */
export function describeObjectStore(name: string, create: () => Promise<{ store: ObjectStore; close?: () => Promise<void> }>): void {
  describeChecks(name, objectStoreChecks, async () => {
    const { store, close } = await create();
    return close === undefined ? { subject: store } : { subject: store, close };
  });
}
