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
  succeeds,
} from '@parlance/testing';
import { RedisCacheStore } from './redis-cache-store.js';
import type { RedisTimes } from './redis-connection.js';

const UNAVAILABLE = { code: 'unavailable', reason: 'redis_unavailable' };
const bytes = Uint8Array.of(1, 2, 3);

async function connected(url: string, times?: RedisTimes): Promise<RedisCacheStore> {
  const store = new RedisCacheStore(url, times);
  await store.connect();
  return store;
}

async function prepared(url: string): Promise<{ store: RedisCacheStore; close: () => Promise<void> }> {
  const store = await connected(url, PATIENT_REDIS);
  return { store, close: () => store.close() };
}

const works = (store: RedisCacheStore, key: string) => () => succeeds(store.set(key, bytes, 60));

describeWithRedis((url) => {
  describeCacheStore('RedisCacheStore conformance, one server', () => prepared(url()));
});

describeWithProgram(REDIS_PROGRAMS, () => {
  describe('RedisCacheStore, one server', () => {
    let server: RedisServer;
    let store: RedisCacheStore;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());
    beforeEach(async () => {
      store = await connected(server.url);
    });
    afterEach(() => store.close());

    it('has names of its own, and a time to live, in Redis', async () => {
      await store.set('mine', bytes, 60);
      expect(await server.command('GET', 'parlance:cache:mine')).toBe('\u0001\u0002\u0003');
      expect(Number(await server.command('PTTL', 'parlance:cache:mine'))).toBeGreaterThan(1000);
    });

    it('tells the time that is left, also of what never expires', async () => {
      await store.set('brief', bytes, 60);
      await server.command('SET', 'parlance:cache:for-ever', 'x');
      const { entries, failures } = await store.lookUp(['brief', 'for-ever', 'none']);
      expect(failures).toEqual([]);
      expect(entries[0]?.remainingSeconds).toBeGreaterThan(1);
      expect(entries[0]?.remainingSeconds).toBeLessThanOrEqual(60);
      expect(entries[1]?.remainingSeconds).toBe(Number.POSITIVE_INFINITY);
      expect(entries[2]).toBeUndefined();
    });

    it('knows what has a tag for as long as the longest of it lives, whatever comes after that', async () => {
      const days = 30;
      await store.set('long', bytes, days * 86_400, ['somebody']);
      await store.set('brief', bytes, 60, ['somebody']);
      const names = (await server.command('KEYS', 'parlance:cache-tag:*')) as string[];
      expect(names).toHaveLength(1);
      expect(Number(await server.command('PTTL', names[0]!))).toBeGreaterThan(days * 86_400_000);
    });

    it('asks once for many keys', async () => {
      const calls = async () => /cmdstat_mget:calls=(\d+)/.exec(String(await server.command('INFO', 'commandstats')))?.[1] ?? '0';
      const before = Number(await calls());
      await store.getMany(Array.from({ length: 50 }, (_unused, index) => `key-${index}`));
      expect(Number(await calls())).toBe(before + 1);
    });

    it.each([
      ['paused', () => server.pause(), () => Promise.resolve(server.resume())],
      ['killed', () => server.kill(), () => server.restart()],
    ])('rejects while the server is %s, without what was sent, and works again by itself', async (_how, away, back) => {
      await store.set('key', bytes, 60);
      await away();
      const failure: unknown = await store.getMany(['secret-key']).catch((error: unknown) => error);
      expect(failure).toMatchObject(UNAVAILABLE);
      expect(JSON.stringify([failure, (failure as Error).cause, String(failure)])).not.toContain('secret-key');
      await expect(store.set('key', bytes, 60)).rejects.toMatchObject(UNAVAILABLE);
      await expect(store.delete(['key'])).rejects.toMatchObject(UNAVAILABLE);
      await back();
      await eventually(works(store, 'key'), 'It did not come back.', 20_000);
      expect(await store.getMany(['key'])).toEqual([bytes]);
    });

    it('starts without the server and works when it comes', async () => {
      await server.kill();
      const early = await connected(server.url);
      await expect(early.getMany(['key'])).rejects.toMatchObject(UNAVAILABLE);
      await server.restart();
      await eventually(works(early, 'key'), 'It did not come.', 20_000);
      await early.close();
    });

    it('closes at once while the server is silent, and rejects afterwards', async () => {
      await server.pause();
      const hanging = store.getMany(['key']).catch((error: unknown) => error);
      await store.close();
      expect(await hanging).toMatchObject(UNAVAILABLE);
      await expect(store.getMany(['key'])).rejects.toMatchObject(UNAVAILABLE);
      server.resume();
    });

    it('says that the password is wrong', async () => {
      await server.command('CONFIG', 'SET', 'requirepass', 'right');
      const stranger = await connected(server.url.replace('://', '://:hunter2@'));
      const failure: unknown = await stranger.getMany(['key']).catch((error: unknown) => error);
      expect(failure).toMatchObject({ ...UNAVAILABLE, message: expect.stringContaining('WRONGPASS') });
      const member = await connected(server.url.replace('://', '://:right@'));
      await member.set('key', bytes, 60);
      await Promise.all([stranger.close(), member.close()]);
      await server.restart();
    });
  });

  describe('RedisCacheStore, sentinels', () => {
    let group: RedisSentinel;
    beforeAll(async () => {
      group = await RedisSentinel.start();
    });
    afterAll(() => group.stop());

    describeCacheStore('conformance', () => prepared(group.url));

    it('goes on with the new master when the old one is killed', async () => {
      const store = await connected(group.url);
      await store.set('key', bytes, 600);
      const before = await group.master();
      // What has not reached a replica dies with the master.
      await before.command('WAIT', 2, 5000);
      await before.kill();
      await expect(store.getMany(['key'])).rejects.toMatchObject(UNAVAILABLE);
      await eventually(works(store, 'other'), 'It did not find the new master.', 30_000);
      expect(await group.master()).not.toBe(before);
      // The sentinels may cut connections once more while they settle.
      const found = async () => (await store.getMany(['key']).catch(() => []))[0]?.length === bytes.length;
      await eventually(found, 'The new master does not have it.', 20_000);
      await store.close();
    });
  });

  describe('RedisCacheStore, cluster', () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await RedisCluster.start();
    });
    afterAll(() => cluster.stop());

    describeCacheStore('conformance', () => prepared(cluster.url));

    it('tells what all nodes hold', async () => {
      const store = await connected(cluster.url);
      const before = await store.bytesHeld();
      await Promise.all(Array.from({ length: 30 }, (_unused, index) => store.set(`held-${index}`, new Uint8Array(100_000), 600)));
      expect((await store.bytesHeld()) - before).toBeGreaterThan(2_900_000);
      await store.close();
    });

    it.each([
      ['killed', (node: RedisServer) => node.kill(), (node: RedisServer) => node.restart()],
      ['paused', (node: RedisServer) => node.pause(), (node: RedisServer) => Promise.resolve(node.resume())],
    ])('has the keys of the other nodes while one is %s, and all when it is back', async (_how, away, back) => {
      const store = await connected(cluster.url);
      const keys = Array.from({ length: 30 }, (_unused, index) => `key-${index}`);
      await Promise.all(keys.map((key) => store.set(key, bytes, 600)));
      const [lost] = cluster.nodes;
      await away(lost!);
      const { entries, failures } = await store.lookUp(keys);
      expect(failures.length).toBeGreaterThan(0);
      expect(failures.length).toBeLessThan(keys.length);
      expect(entries.filter((entry) => entry !== undefined)).toHaveLength(keys.length - failures.length);
      await expect(store.getMany(keys)).rejects.toMatchObject(UNAVAILABLE);
      await back(lost!);
      await eventually(async () => (await store.lookUp(keys)).failures.length === 0, 'It did not come back.', 30_000);
      await store.close();
    });
  });
});
