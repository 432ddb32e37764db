import { randomBytes, randomUUID } from 'node:crypto';
import type { CacheStore } from '@parlance/contracts';
import { describeChecks, eventually, type Check } from './check.js';

const HOUR = 3600;
/** Keys of their own: a store that outlives the test may hold those of others. */
const newKey = () => `conformance:${randomUUID()}`;

/** What every cache store does. Run outside a describe block with `failingChecks`. */
export const cacheStoreChecks: readonly Check<CacheStore>[] = [
  {
    name: 'has nothing under a key that was never set',
    run: async (store) => {
      expect(await store.getMany([newKey()])).toEqual([undefined]);
      expect(await store.getMany([])).toEqual([]);
    },
  },
  {
    name: 'gives every byte back',
    run: async (store) => {
      const key = newKey();
      const allBytes = Uint8Array.from({ length: 256 }, (_unused, index) => index);
      await store.set(key, allBytes, HOUR);
      const [value] = await store.getMany([key]);
      expect(value).toBeInstanceOf(Uint8Array);
      expect([...(value ?? [])]).toEqual([...allBytes]);
    },
  },
  {
    name: 'keeps an empty value apart from no value',
    run: async (store) => {
      const key = newKey();
      await store.set(key, new Uint8Array(), HOUR);
      expect((await store.getMany([key]))[0]).toHaveLength(0);
    },
  },
  {
    name: 'keeps a megabyte',
    run: async (store) => {
      const key = newKey();
      const value = randomBytes(1024 * 1024);
      await store.set(key, value, HOUR);
      const [kept] = await store.getMany([key]);
      expect(kept !== undefined && value.equals(kept)).toBe(true);
    },
  },
  {
    name: 'stores the view, not the buffer behind it',
    run: async (store) => {
      const key = newKey();
      await store.set(key, Uint8Array.of(0, 1, 2, 3).subarray(1, 3), HOUR);
      expect([...((await store.getMany([key]))[0] ?? [])]).toEqual([1, 2]);
    },
  },
  {
    name: 'answers in the order of the keys, gaps and repeats included',
    run: async (store) => {
      const [first, missing, second] = [newKey(), newKey(), newKey()];
      await store.set(second, Uint8Array.of(2), HOUR);
      await store.set(first, Uint8Array.of(1), HOUR);
      const values = await store.getMany([second, missing, first, second]);
      expect(values.map((value) => value?.[0])).toEqual([2, undefined, 1, 2]);
    },
  },
  {
    name: 'answers for hundreds of keys at once, each with its own value',
    run: async (store) => {
      const keys = Array.from({ length: 300 }, newKey);
      const expected = keys.map((key, index) => (index % 3 === 0 ? undefined : key));
      await Promise.all(expected.filter((key) => key !== undefined).map((key) => store.set(key, Buffer.from(key), HOUR)));
      const values = await store.getMany(keys);
      expect(values.map((value) => value && Buffer.from(value).toString())).toEqual(expected);
    },
  },
  {
    name: 'replaces a value',
    run: async (store) => {
      const key = newKey();
      await store.set(key, Uint8Array.of(1, 1), HOUR);
      await store.set(key, Uint8Array.of(2), HOUR);
      expect([...((await store.getMany([key]))[0] ?? [])]).toEqual([2]);
    },
  },
  {
    name: 'forgets an entry after its time to live, and only that one',
    run: async (store) => {
      const [brief, lasting] = [newKey(), newKey()];
      await store.set(lasting, Uint8Array.of(1), HOUR);
      await store.set(brief, Uint8Array.of(2), 0.05);
      await eventually(async () => (await store.getMany([brief]))[0] === undefined, 'The entry outlived its time to live.', 2000);
      expect((await store.getMany([lasting]))[0]).toHaveLength(1);
    },
  },
  {
    name: 'counts the time to live anew when a value is replaced',
    run: async (store) => {
      const key = newKey();
      await store.set(key, Uint8Array.of(1), HOUR);
      await store.set(key, Uint8Array.of(2), 0.05);
      await eventually(async () => (await store.getMany([key]))[0] === undefined, 'The old time to live stayed.', 2000);
    },
  },
  {
    name: 'refuses a time to live that is none',
    run: async (store) => {
      for (const ttlSeconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(store.set(newKey(), Uint8Array.of(1), ttlSeconds)).rejects.toMatchObject({ code: 'invalid' });
      }
    },
  },
  {
    name: 'deletes what it is told to and nothing else',
    run: async (store) => {
      const [first, second, kept] = [newKey(), newKey(), newKey()];
      for (const key of [first, second, kept]) {
        await store.set(key, Uint8Array.of(1), HOUR);
      }
      await store.delete([first, second, newKey()]);
      await store.delete([]);
      const values = await store.getMany([first, second, kept]);
      expect(values.map((value) => value?.length)).toEqual([undefined, undefined, 1]);
    },
  },
  {
    name: 'deletes what has a tag, tells which, and leaves the rest',
    run: async (store) => {
      const [both, one, other, none] = [newKey(), newKey(), newKey(), newKey()];
      const [tag, otherTag] = [newKey(), newKey()];
      await store.set(both, Uint8Array.of(1), HOUR, [tag, otherTag]);
      await store.set(one, Uint8Array.of(1), HOUR, [tag]);
      await store.set(other, Uint8Array.of(1), HOUR, [otherTag]);
      await store.set(none, Uint8Array.of(1), HOUR);
      expect((await store.deleteTagged(tag)).toSorted()).toEqual([both, one].toSorted());
      const values = await store.getMany([both, one, other, none]);
      expect(values.map((value) => value?.length)).toEqual([undefined, undefined, 1, 1]);
      expect(await store.deleteTagged(newKey())).toEqual([]);
    },
  },
  {
    name: 'is not touched by a caller who changes or hands over the bytes got out',
    run: async (store) => {
      const key = newKey();
      await store.set(key, Uint8Array.of(1, 2, 3), HOUR);
      const [first, second] = await store.getMany([key, key]);
      first?.fill(9);
      expect([...(second ?? [])]).toEqual([1, 2, 3]);
      if (second !== undefined) structuredClone(second.buffer, { transfer: [second.buffer as ArrayBuffer] });
      expect([...((await store.getMany([key]))[0] ?? [])]).toEqual([1, 2, 3]);
    },
  },
];

/** Registers the checks as tests. `close` is called after each. */
export function describeCacheStore(name: string, create: () => Promise<{ store: CacheStore; close?: () => Promise<void> }>): void {
  describeChecks(name, cacheStoreChecks, async () => {
    const { store, close } = await create();
    return close === undefined ? { subject: store } : { subject: store, close };
  });
}
