import { randomBytes } from 'node:crypto';
import { MemoryCacheStore, TieredCacheStore, type RemoteCacheStore } from '@parlance/cache';
import { ParlanceError } from '@parlance/contracts';
import { Retention } from '@parlance/storage';
import { FlakyStore } from '../__fixtures__/flaky-store.js';
import { CacheObjects } from './cache-objects.js';
import { VoiceCache } from './voice-cache.js';

const large = new Uint8Array(randomBytes(2000));
const small = new Uint8Array(randomBytes(1000));
const owner = { provider: 'one', tenant: 'Acme' };
const head = { format: 'mp3' };

describe('VoiceCache', () => {
  let objects: FlakyStore;
  let entries: MemoryCacheStore;
  let cache: VoiceCache;
  beforeEach(async () => {
    objects = await FlakyStore.create();
    entries = new MemoryCacheStore();
    cache = cacheWith();
  });
  afterEach(() => objects.remove());

  const cacheWith = (cacheObjectBytes: number | undefined = 1000, retention?: Retention) => {
    const options = { ...(cacheObjectBytes >= 0 && { cacheObjectBytes }) };
    return new VoiceCache(entries, options, new CacheObjects(objects, options, retention));
  };
  const bodyOf = async (key: string) => (await cache.find(['other', key])).get(key)?.body;
  const sizeOf = async (key: string) => (await entries.getMany([key]))[0]?.byteLength ?? 0;

  it('keeps large bodies in the object store, and only where they lie in the cache', async () => {
    await cache.keep('large', head, large, owner);
    await cache.keep('small', head, small, owner);
    expect(await sizeOf('large')).toBeLessThan(400);
    expect(await sizeOf('small')).toBeGreaterThan(1000);
    expect(await objects.keys()).toEqual([expect.stringMatching(/^cache\/speech\/_41cme\/_\/\d{4}\/\d\d\/\d\d\/[0-9a-f]{64}$/)]);
    expect(await cache.find(['large', 'small'])).toEqual(
      new Map([
        ['large', { head, body: Buffer.from(large) }],
        ['small', { head, body: Buffer.from(small) }],
      ]),
    );
    expect(await cache.report()).toMatchObject({
      stale: 0,
      objects: { hits: 1, misses: 0, errors: 0, bytesServed: 2000, bytesWritten: 2000 },
      memory: { entries: 2 },
      redis: undefined,
    });
  });

  it('keeps everything in the cache unless it is told a size', async () => {
    cache = cacheWith(-1);
    await cache.keep('large', head, large, owner);
    expect(objects.writes).toEqual([]);
    expect(await bodyOf('large')).toEqual(Buffer.from(large));
    expect((await cache.report()).objects).toBeUndefined();
  });

  it('lends what memory has, whole, and nothing else', async () => {
    await cache.keep('large', head, large, owner);
    await cache.keep('small', head, small, owner);
    expect(cache.lend('small')).toEqual({ head, body: Buffer.from(small) });
    expect(cache.lend('small')?.body).toBe(cache.lend('small')?.body);
    expect(['large', 'unknown'].map((key) => cache.lend(key))).toEqual([undefined, undefined]);
    const damaged = (await entries.getMany(['small']))[0]!;
    damaged[damaged.length - 1]! ^= 1;
    await entries.set('damaged', damaged, 60);
    expect(cache.lend('damaged')).toBeUndefined();
    await cache.forget({ key: 'small' });
    expect(cache.lend('small')).toBeUndefined();
  });

  it('reads the object of the best key that is known, and no other', async () => {
    const keys = ['first', 'second', 'third'];
    for (const key of keys) await cache.keep(key, head, new Uint8Array(randomBytes(2000)), owner);
    await cache.keep('inside', head, small, owner);
    expect([...(await cache.find(['none', ...keys, 'inside'])).keys()]).toEqual(['first', 'inside']);
    expect(objects.reads).toHaveLength(1);
    expect([...(await cache.find(['inside', ...keys])).keys()]).toEqual(['inside']);
    expect(objects.reads).toHaveLength(1);
  });

  it.each<[string, (key: string) => Promise<unknown>]>([
    ['gone', (key) => objects.delete(key)],
    ['shorter', (key) => objects.put(key, large.subarray(1), { contentType: 'audio/mpeg' })],
    ['another one', (key) => objects.put(key, new Uint8Array(2000), { contentType: 'audio/mpeg' })],
  ])('knows nothing where the object is %s, until it is kept anew', async (_what, change) => {
    await cache.keep('large', head, large, owner);
    await change((await objects.keys())[0]!);
    expect(await bodyOf('large')).toBeUndefined();
    expect(await cache.report()).toMatchObject({ stale: 1, objects: { hits: 0, misses: 1, errors: 0 } });
    await cache.keep('large', head, large, owner);
    expect(await bodyOf('large')).toEqual(Buffer.from(large));
  });

  it('takes the next that is known where the object of the best is gone', async () => {
    await cache.keep('first', head, large, owner);
    await objects.delete((await objects.keys())[0]!);
    await cache.keep('second', head, new Uint8Array(randomBytes(2000)), owner);
    expect([...(await cache.find(['first', 'second'])).keys()]).toEqual(['second']);
  });

  it.each(['away', 'silent'] as const)(
    'waits once for an object store that is %s, and keeps large bodies itself meanwhile',
    async (fault) => {
      await cache.keep('large', head, large, owner);
      objects.fault = fault;
      expect(await bodyOf('large')).toBeUndefined();
      expect(await bodyOf('large')).toBeUndefined();
      expect(objects.reads).toHaveLength(1);
      await cache.keep('large', head, large, owner);
      expect(objects.writes).toHaveLength(1);
      expect(await bodyOf('large')).toEqual(Buffer.from(large));
      expect(await cache.report()).toMatchObject({ stale: 2, objects: { errors: 1 } });
    },
  );

  it('keeps a large body whole when it cannot be stored', async () => {
    objects.fault = 'silent';
    await cache.keep('large', head, large, owner);
    expect(await bodyOf('large')).toEqual(Buffer.from(large));
    expect(await cache.report()).toMatchObject({ stale: 0, objects: { errors: 1, bytesWritten: 0 } });
  });

  it('points to nothing that would be deleted before its time', async () => {
    cache = cacheWith(1000, new Retention({ days: 30, cacheDays: 7 }));
    await cache.keep('long', head, large, { ...owner, ttlSeconds: 8 * 86_400 });
    expect(objects.writes).toEqual([]);
    await cache.keep('week', head, large, { ...owner, ttlSeconds: 7 * 86_400 });
    expect(objects.writes).toHaveLength(1);
  });

  it.each([
    ['damaged', (entry: Uint8Array) => entry.with(20, entry[20]! ^ 1)],
    ['of another version', (entry: Uint8Array) => Buffer.concat([Buffer.from('PLV0'), entry.subarray(4)])],
    ['nothing of ours', () => Uint8Array.of(1, 2, 3)],
  ])('counts an entry that is %s, and replaces it', async (_what, change) => {
    await cache.keep('small', head, small, owner);
    await entries.set('small', change((await entries.getMany(['small']))[0]!), 60);
    expect(await bodyOf('small')).toBeUndefined();
    expect((await cache.report()).stale).toBe(1);
    await cache.keep('small', head, small, owner);
    expect(await bodyOf('small')).toEqual(Buffer.from(small));
    expect((await cache.report()).stale).toBe(1);
  });

  it('finds nothing of what was forgotten, large or small', async () => {
    await cache.keep('large', head, large, { ...owner, agent: 'anna' });
    await cache.keep('small', head, small, { ...owner, agent: 'anna' });
    expect(await cache.forget({ agent: 'anna', tenant: 'Acme' })).toBe(2);
    expect(await cache.find(['large', 'small'])).toEqual(new Map());
    await cache.keep('large', head, large, owner);
    expect(await cache.forget({ key: 'large' })).toBe(1);
    expect(await bodyOf('large')).toBeUndefined();
  });

  it.each([{ key: 'small' }, { provider: 'one' }])(
    'says that others still have what was forgotten while Redis is away: %j',
    async (what) => {
      const away = () => Promise.reject(new ParlanceError('unavailable', 'It is away.'));
      const lookUp = async () => ({ entries: [undefined], failures: [] });
      const remote = { set: away, delete: away, deleteTagged: away, lookUp } as unknown as RemoteCacheStore;
      const store = new TieredCacheStore(entries, remote);
      const shared = new VoiceCache(store, {}, new CacheObjects(objects, {}));
      await shared.keep('small', head, small, owner);
      await expect(shared.forget(what)).rejects.toMatchObject({ code: 'unavailable', reason: 'cache_unavailable' });
      expect(await shared.find(['small'])).toEqual(new Map());
      store.close();
    },
  );
});
