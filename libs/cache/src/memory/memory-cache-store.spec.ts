import { describeCacheStore } from '@parlance/testing';
import { MemoryCacheStore } from './memory-cache-store.js';

describeCacheStore('MemoryCacheStore conformance', async () => ({ store: new MemoryCacheStore() }));

describe('MemoryCacheStore', () => {
  it('stays within its bytes: what was least recently used goes first', async () => {
    const store = new MemoryCacheStore({ maximumBytes: 11_000 });
    for (const key of ['a', 'b', 'c']) await store.set(key, new Uint8Array(2500), 60);
    await store.getMany(['a']);
    await store.set('d', new Uint8Array(2500), 60);
    const values = await store.getMany(['a', 'b', 'c', 'd']);
    expect(values.map((value) => value !== undefined)).toEqual([true, false, true, true]);
    expect(store.statistics).toMatchObject({ entries: 3, evictions: 1, hits: 4, misses: 1 });
    expect(store.statistics.bytes).toBeLessThanOrEqual(11_000);
  });

  it('counts keys and bookkeeping: many tiny entries do not slip through', async () => {
    const store = new MemoryCacheStore({ maximumBytes: 100_000 });
    for (let index = 0; index < 1000; index += 1) await store.set(`key-${index}`, Uint8Array.of(1), 60);
    expect(store.statistics.entries).toBeLessThan(300);
    expect(store.statistics.evictions).toBeGreaterThan(700);
    expect(store.statistics.bytes).toBeLessThanOrEqual(100_000);
  });

  it('does not keep what is larger than itself, nor the value that it would have replaced', async () => {
    const store = new MemoryCacheStore({ maximumBytes: 1000 });
    await store.set('key', Uint8Array.of(1), 60);
    await store.set('key', new Uint8Array(5000), 60);
    expect(await store.getMany(['key'])).toEqual([undefined]);
    expect(store.statistics).toMatchObject({ entries: 0, bytes: 0 });
  });

  it('lends the entry itself for as long as it lives, and counts that as found', async () => {
    const store = new MemoryCacheStore();
    await store.set('key', Uint8Array.of(1, 2), 60);
    expect(store.lend('key')).toEqual(Uint8Array.of(1, 2));
    expect(store.lend('key')).toBe(store.lend('key'));
    expect(store.statistics).toMatchObject({ hits: 3, bytesServed: 6 });
    await store.delete(['key']);
    expect(store.lend('key')).toBeUndefined();
    expect(store.statistics).toMatchObject({ hits: 3, misses: 0 });
  });

  it('frees the bytes of what is deleted', async () => {
    const store = new MemoryCacheStore();
    await store.set('key', new Uint8Array(5000), 60);
    expect(store.statistics.bytes).toBeGreaterThan(5000);
    await store.delete(['key']);
    expect(store.statistics).toMatchObject({ entries: 0, bytes: 0, evictions: 0 });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %p as its size', (maximumBytes) => {
    expect(() => new MemoryCacheStore({ maximumBytes })).toThrow(expect.objectContaining({ code: 'invalid', param: 'maximumBytes' }));
  });
});
