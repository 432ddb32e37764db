import { randomUUID } from 'node:crypto';
import { describeWithProgram, describeWithRedis, eventually, REDIS_PROGRAMS, RedisServer, succeeds } from '@parlance/testing';
import { Replicas } from '../__fixtures__/replicas.js';
import type { RedisTimes } from '../redis/redis-connection.js';
import { RateLimits, type RateLimit } from './rate-limits.js';

const REFUSED = { code: 'rate', reason: 'rate_limit_exceeded', retryAfterSeconds: expect.any(Number) };
const limit: RateLimit = { points: 10, seconds: 60 };

const replicas = new Replicas();
afterEach(() => replicas.close());
const limits = (url?: string, times?: RedisTimes) => new RateLimits(replicas.redis(url, times));

/** How many of so many requests at once pass. */
async function passed(requests: number, consume: (index: number) => Promise<unknown>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: requests }, (_, index) => consume(index)));
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(REFUSED);
  return results.filter(({ status }) => status === 'fulfilled').length;
}

describe('RateLimits', () => {
  it('lets so many through, also at once, and says how the limit stands', async () => {
    const one = limits();
    expect(await one.consume('key', 'a', limit)).toEqual({ limit: 10, remaining: 9, resetSeconds: 60 });
    expect(await passed(50, () => one.consume('key', 'a', limit))).toBe(9);
  });

  it('counts ids and scopes apart', async () => {
    const one = limits();
    const consume = (scope: 'key' | 'provider', id: string) => one.consume(scope, id, { points: 1, seconds: 60 });
    await consume('key', 'a');
    await consume('key', 'b');
    await consume('provider', 'a');
    await expect(consume('key', 'a')).rejects.toMatchObject(REFUSED);
  });

  it('says how long to wait, and nothing of the id', async () => {
    const one = limits();
    await one.consume('key', 'a-secret', { points: 1, seconds: 60 });
    const error = await one.consume('key', 'a-secret', { points: 1, seconds: 60 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ ...REFUSED, retryAfterSeconds: 60, message: expect.stringContaining('Try again in 60 seconds') });
    expect(JSON.stringify(error)).not.toContain('a-secret');
  });

  it('tells nobody to wait for longer than a window, also when the time of day is put back', async () => {
    const one = limits();
    const consume = () => one.consume('key', 'a', { points: 2, seconds: 60 });
    await consume();
    const yesterday = Date.now() - 24 * 3_600_000;
    const clock = jest.spyOn(Date, 'now').mockReturnValue(yesterday);
    try {
      expect(await consume()).toMatchObject({ remaining: 0, resetSeconds: 60 });
      await expect(consume()).rejects.toMatchObject({ ...REFUSED, retryAfterSeconds: 60 });
    } finally {
      clock.mockRestore();
    }
  });

  it('lets through again in the next window', async () => {
    const one = limits();
    const consume = () => one.consume('key', 'a', { points: 1, seconds: 1 });
    await consume();
    await expect(consume()).rejects.toMatchObject({ ...REFUSED, retryAfterSeconds: 1 });
    const again = () => succeeds(consume());
    await eventually(again, 'The window did not end.', 20_000);
  });

  it.each([0, -1, 0.5, Number.NaN])('refuses a limit of %d', async (number) => {
    const one = limits();
    await expect(one.consume('key', 'a', { points: number, seconds: 60 })).rejects.toMatchObject({ code: 'invalid' });
    await expect(one.consume('key', 'a', { points: 1, seconds: number })).rejects.toMatchObject({ code: 'invalid' });
  });
});

describeWithRedis((url) => {
  it('a limit binds over all replicas, exactly', async () => {
    const all = [limits(url()), limits(url()), limits(url())];
    const id = randomUUID();
    expect(await passed(60, (index) => all[index % 3]!.consume('key', id, limit))).toBe(10);
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  describe('RateLimits with a Redis that goes', () => {
    let server: RedisServer;
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());

    it('keeps no id in Redis, and every count for its window', async () => {
      await limits(server.url).consume('agent-user', 'somebody@example.com', limit);
      const keys = (await server.command('KEYS', '*')) as string[];
      expect(keys).toEqual([expect.stringMatching(/^parlance:limit:60:agent-user:[0-9a-f]{64}$/)]);
      expect(Number(await server.command('TTL', keys[0]!))).toBeGreaterThan(0);
    });

    it.each([
      ['paused', () => server.pause(), () => Promise.resolve(server.resume())],
      ['killed', () => server.kill(), () => server.restart()],
    ])('binds by itself while the server is %s, and together again afterwards', async (_how, away, back) => {
      const [one, two] = [limits(server.url, {}), limits(server.url, {})];
      const id = randomUUID();
      await Promise.all([one.consume('key', id, limit), two.consume('key', id, limit)]);
      await away();
      expect(await passed(30, () => one.consume('key', id, limit))).toBe(10);
      await back();
      // Together: what one counts the other sees.
      const shared = async () => {
        const fresh = randomUUID();
        await one.consume('key', fresh, limit);
        return (await two.consume('key', fresh, limit)).remaining === 8;
      };
      await eventually(shared, 'Limits were not shared again.', 20_000);
      expect(await passed(60, (index) => [one, two][index % 2]!.consume('key', `${id} again`, limit))).toBe(10);
    });

    it('works when it was started while the server was away', async () => {
      await server.kill();
      const early = limits(server.url);
      expect(await passed(30, () => early.consume('key', 'a', limit))).toBe(10);
      await server.restart();
    });
  });
});
