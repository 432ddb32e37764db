import type { ParlanceError } from '@parlance/contracts';
import {
  describeCacheStore,
  describeWithProgram,
  describeWithRedis,
  eventually,
  PATIENT_REDIS,
  REDIS_PROGRAMS,
  RedisCluster,
  RedisSentinel,
  RedisServer,
} from '@parlance/testing';
import { tiersOf } from '../cache-tiers.js';
import { MemoryCacheStore } from '../memory/memory-cache-store.js';
import { RedisCacheStore } from '../redis/redis-cache-store.js';
import type { RedisTimes } from '../redis/redis-connection.js';
import { TieredCacheStore, type RemoteState } from './tiered-cache-store.js';

const bytes = Uint8Array.of(1, 2, 3);
const open: (() => Promise<void>)[] = [];
afterEach(() => Promise.all(open.splice(0).map((close) => close())));

interface Replica {
  store: TieredCacheStore;
  memory: MemoryCacheStore;
  states: [RemoteState, ParlanceError?][];
}

/** The cache of one process. */
async function replica(url: string, options: { memorySeconds?: number } = {}, times?: RedisTimes): Promise<Replica> {
  const states: Replica['states'] = [];
  const memory = new MemoryCacheStore();
  const redis = new RedisCacheStore(url, times);
  await redis.connect();
  const onStateChange = (state: RemoteState, error?: ParlanceError) => void states.push(error === undefined ? [state] : [state, error]);
  const store = new TieredCacheStore(memory, redis, { ...options, probeMilliseconds: 50, onStateChange });
  open.push(async () => {
    store.close();
    await redis.close();
  });
  return { store, memory, states };
}

const prepared = async (url: string) => ({ store: (await replica(url, {}, PATIENT_REDIS)).store });

describeWithRedis((url) => {
  describeCacheStore('TieredCacheStore conformance, one server', () => prepared(url()));
  const patient = (options: { memorySeconds?: number } = {}) => replica(url(), options, PATIENT_REDIS);

  it('gives what another process made, and asks for it once', async () => {
    const [one, two] = [await patient(), await patient()];
    const keys = ['tiered-a', 'tiered-b', 'tiered-none'];
    await one.store.set('tiered-a', bytes, 60);
    await one.store.set('tiered-b', bytes, 60);
    expect(await two.store.getMany(keys)).toEqual([bytes, bytes, undefined]);
    expect(await two.store.getMany(['tiered-a', 'tiered-b'])).toEqual([bytes, bytes]);
    expect(two.store.statistics.remote).toEqual({ state: 'ready', hits: 2, misses: 1, errors: 0, bytesServed: 6, bytesWritten: 0 });
    expect(one.store.statistics.remote).toMatchObject({ hits: 0, bytesWritten: 6 });
    expect(two.store.statistics.memory).toMatchObject({ entries: 2, hits: 2 });
  });

  it('keeps in memory no longer than the entry lives, nor than it may', async () => {
    const [one, two, three] = [await patient(), await patient(), await patient({ memorySeconds: 0.05 })];
    // Long enough to be read before that.
    await one.store.set('tiered-brief', bytes, 3);
    await one.store.set('tiered-long', bytes, 600);
    expect(await two.store.getMany(['tiered-brief'])).toEqual([bytes]);
    await eventually(async () => (await two.store.getMany(['tiered-brief']))[0] === undefined, 'Memory kept what had expired.');
    expect(await three.store.getMany(['tiered-long'])).toEqual([bytes]);
    await eventually(async () => (await three.memory.getMany(['tiered-long']))[0] === undefined, 'Memory kept it too long.');
    expect(await three.store.getMany(['tiered-long'])).toEqual([bytes]);
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  describe('TieredCacheStore, one server', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());

    it.each([
      ['paused', () => server.pause(), () => Promise.resolve(server.resume())],
      ['killed', () => server.kill(), () => server.restart()],
    ])('lives on memory while Redis is %s, tells it once, and comes back by itself', async (_how, away, back) => {
      const { store, states } = await replica(server.url);
      await store.set('before', bytes, 600);
      await away();
      for (let time = 0; time < 3; time += 1) {
        expect(await store.getMany(['before', 'nowhere'])).toEqual([bytes, undefined]);
        await store.set('meanwhile', bytes, 600);
        expect(await store.getMany(['meanwhile'])).toEqual([bytes]);
        await store.delete(['gone', 'too']);
      }
      expect(store.state).toBe('away');
      expect(states).toEqual([['away', expect.objectContaining({ code: 'unavailable' })]]);
      // Three times: one key not read, one not written, two not deleted.
      const { redis } = await tiersOf(store);
      expect(redis).toMatchObject({ state: 'away', errors: 12 });
      expect(redis).not.toHaveProperty('bytes');
      await back();
      await eventually(() => Promise.resolve(store.state === 'ready'), 'It did not come back.', 20_000);
      expect(states).toHaveLength(2);
      await store.set('after', bytes, 600);
      expect(await tiersOf(store)).toMatchObject({ memory: { bytesServed: 18 }, redis: { bytes: expect.any(Number) } });
      expect(await (await replica(server.url)).store.getMany(['after'])).toEqual([bytes]);
    });

    it('keeps for its whole time what Redis would not take', async () => {
      const { store, memory, states } = await replica(server.url, { memorySeconds: 0.02 });
      await server.command('CONFIG', 'SET', 'maxmemory', '1mb');
      await store.set('refused', new Uint8Array(2_000_000), 600);
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect((await memory.getMany(['refused']))[0]).toHaveLength(2_000_000);
      expect(states).toEqual([['away', expect.objectContaining({ message: expect.stringContaining('OOM') })]]);
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
      await eventually(() => Promise.resolve(store.state === 'ready'), 'It did not come back.', 20_000);
      expect((await (await replica(server.url)).store.getMany(['refused']))[0]).toHaveLength(2_000_000);
    });

    it('looks no more after it was closed', async () => {
      const { store, states } = await replica(server.url);
      await server.kill();
      store.close();
      expect(await store.getMany(['key'])).toEqual([undefined]);
      expect(states).toEqual([]);
      await server.restart();
    });
  });

  describe('TieredCacheStore, sentinels', () => {
    let group: RedisSentinel;
    beforeAll(async () => {
      group = await RedisSentinel.start();
    });
    afterAll(() => group.stop());

    describeCacheStore('conformance', () => prepared(group.url));

    it('misses nothing but Redis while a replica becomes master', async () => {
      const { store, states } = await replica(group.url);
      const before = await group.master();
      await before.kill();
      expect(await store.getMany(['key'])).toEqual([undefined]);
      await store.set('key', bytes, 600);
      expect(await store.getMany(['key'])).toEqual([bytes]);
      await eventually(() => Promise.resolve(store.state === 'ready'), 'It did not come back.', 30_000);
      expect(states.map(([state]) => state)).toEqual(['away', 'ready']);
      expect(await group.master()).not.toBe(before);
    });
  });

  describe('TieredCacheStore, cluster', () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await RedisCluster.start();
    });
    afterAll(() => cluster.stop());

    describeCacheStore('conformance', () => prepared(cluster.url));

    it('goes on with the nodes that are there, and tells an outage of one of them once', async () => {
      const [one, two] = [await replica(cluster.url), await replica(cluster.url)];
      const keys = Array.from({ length: 30 }, (_unused, index) => `node-${index}`);
      await Promise.all(keys.map((key) => one.store.set(key, bytes, 600)));
      await cluster.nodes[0]?.kill();
      const values = await two.store.getMany(keys);
      const { hits, misses, errors } = two.store.statistics.remote;
      expect({ hits: hits > 0, misses, errors: errors > 0 }).toEqual({ hits: true, misses: 0, errors: true });
      expect(values.filter((value) => value !== undefined)).toHaveLength(hits);
      expect(hits + errors).toBe(keys.length);
      await two.store.getMany(keys);
      expect(two.states.map(([state]) => state)).toEqual(['away']);
      await cluster.restart();
      await eventually(() => Promise.resolve(two.store.state === 'ready'), 'It did not come back.', 30_000);
      expect(two.states.map(([state]) => state)).toEqual(['away', 'ready']);
    });
  });
});
