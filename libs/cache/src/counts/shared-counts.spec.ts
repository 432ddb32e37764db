import { randomUUID } from 'node:crypto';
import { describeWithProgram, describeWithRedis, eventually, REDIS_PROGRAMS, RedisCluster, RedisServer } from '@parlance/testing';
import { Replicas } from '../__fixtures__/replicas.js';
import type { RedisTimes } from '../redis/redis-connection.js';
import { SharedCounts } from './shared-counts.js';

const one = (amount = 1) => new Map([['a', amount]]);
const replicas = new Replicas();
const opened: SharedCounts[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((counts) => counts.close()));
  await replicas.close();
});

function sharedCounts(url?: string, times?: RedisTimes): SharedCounts {
  const counts = new SharedCounts(replicas.redis(url, times));
  opened.push(counts);
  return counts;
}

async function totalOf(counts: SharedCounts, key: string): Promise<number | undefined> {
  return (await counts.read(key).catch(() => new Map<string, number>())).get('a');
}

async function granted(claims: number, claim: (index: number) => ReturnType<SharedCounts['claim']>): Promise<number> {
  const results = await Promise.all(Array.from({ length: claims }, (_, index) => claim(index)));
  return results.filter((result) => result.granted).length;
}

describe('SharedCounts without Redis', () => {
  it('counts for this process', async () => {
    const counts = sharedCounts();
    counts.add('day', one(2));
    counts.add('day', one(3));
    expect(await totalOf(counts, 'day')).toBe(5);
    expect(await granted(20, () => counts.claim('day', [{ field: 'a', amount: 1, limit: 10 }]))).toBe(5);
  });
});

describeWithRedis((url) => {
  it('adds what all replicas add', async () => {
    const key = `parlance:test:${randomUUID()}`;
    const all = [sharedCounts(url()), sharedCounts(url()), sharedCounts(url())];
    for (let round = 0; round < 100; round += 1)
      for (const counts of all)
        counts.add(
          key,
          new Map([
            ['a', 1],
            [`b${round}`, 2],
          ]),
        );
    await Promise.all(all.map((counts) => counts.close()));
    const totals = await sharedCounts(url()).read(key);
    expect([totals.get('a'), totals.get('b7'), totals.size]).toEqual([300, 6, 101]);
  });

  it('adds more fields than one command takes', async () => {
    const key = `parlance:test:${randomUUID()}`;
    const counts = sharedCounts(url());
    counts.add(key, new Map(Array.from({ length: 5000 }, (_, index) => [`f${index}`, 1])));
    expect((await counts.read(key)).size).toBe(5000);
  });

  it('grants claims exactly up to the limit over all replicas, and what was given back again', async () => {
    const key = `parlance:test:${randomUUID()}`;
    const all = [sharedCounts(url()), sharedCounts(url()), sharedCounts(url())];
    const claims = [
      { field: 'a', amount: 2, limit: 100 },
      { field: 'b', amount: 1, limit: 1000 },
    ];
    expect(await granted(200, (index) => all[index % 3]!.claim(key, claims))).toBe(50);
    expect(await all[0]!.claim(key, claims)).toEqual({ granted: false, claim: claims[0], left: 0 });
    all[0]!.add(key, one(-4));
    await all[0]!.close();
    expect(await granted(30, (index) => all[1 + (index % 2)]!.claim(key, claims))).toBe(2);
    expect((await all[1]!.read(key)).get('b')).toBe(52);
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  describe('SharedCounts with a Redis that goes', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());

    it('adds once what was sent to a silent server, which does it when it wakes up', async () => {
      const [counts, other] = [sharedCounts(server.url, {}), sharedCounts(server.url)];
      counts.add('paused', one());
      expect(await totalOf(counts, 'paused')).toBe(1);
      await server.pause();
      counts.add('paused', one(10));
      await expect(counts.read('paused')).rejects.toMatchObject({ code: 'unavailable', reason: 'redis_unavailable' });
      counts.add('paused', one(100));
      server.resume();
      await eventually(async () => (await totalOf(other, 'paused')) === 111, 'It was not added.', 20_000);
      await counts.close();
      expect(await totalOf(other, 'paused')).toBe(111);
    });

    it('adds later what was counted while the server was killed', async () => {
      const [counts, other] = [sharedCounts(server.url), sharedCounts(server.url)];
      counts.add('killed', one());
      expect(await totalOf(counts, 'killed')).toBe(1);
      await server.kill();
      for (let round = 0; round < 50; round += 1) counts.add('killed', one(2));
      await server.restart();
      // What it held went with it.
      await eventually(async () => (await totalOf(other, 'killed')) === 100, 'It was not added.', 20_000);
    });

    it('lets totals expire', async () => {
      const counts = sharedCounts(server.url);
      counts.add('expiring', one());
      await counts.close();
      for (const key of ['expiring', 'expiring:batches']) expect(Number(await server.command('TTL', key))).toBeGreaterThan(399 * 86_400);
    });

    it.each([
      ['paused', () => server.pause(), () => Promise.resolve(server.resume())],
      ['killed', () => server.kill(), () => server.restart()],
    ])('bounds claims by what it knows while the server is %s, and tells it later', async (how, away, back) => {
      const counts = sharedCounts(server.url, {});
      const key = `claims ${how}`;
      const claim = () => counts.claim(key, [{ field: 'a', amount: 1, limit: 10 }]);
      expect(await granted(4, claim)).toBe(4);
      await away();
      expect(await granted(20, claim)).toBe(6);
      await back();
      const known = () => Promise.resolve(sharedCounts(server.url)).then((other) => totalOf(other, key));
      await eventually(async () => ((await known()) ?? 0) >= 6, 'It was not told.', 20_000);
    });
  });

  it('works on a cluster, where keys have places of their own', async () => {
    const cluster = await RedisCluster.start();
    const counts = sharedCounts(cluster.url);
    const keys = Array.from({ length: 10 }, (_, index) => `parlance:test:{${index}}`);
    for (const key of keys) counts.add(key, one());
    for (const key of keys) expect(await totalOf(counts, key)).toBe(1);
    expect(await granted(5, () => counts.claim(keys[0]!, [{ field: 'a', amount: 1, limit: 3 }]))).toBe(2);
    await counts.close();
    await replicas.close();
    await cluster.stop();
  });
});
