import { describeWithProgram, eventually, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import type { RedisClient } from './redis-connection.js';
import { RedisConnections } from './redis-connections.js';
import { SharedRedis } from './shared-redis.js';

describe('SharedRedis', () => {
  it('does nothing where there is no Redis', async () => {
    const redis = new SharedRedis(new RedisConnections());
    const command = jest.fn(() => Promise.resolve('PONG'));
    expect(await redis.attempt('key', command)).toBeUndefined();
    expect(command).not.toHaveBeenCalled();
    expect([redis.isConfigured, redis.isAway]).toEqual([false, false]);
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  let server: RedisServer;
  let connections: RedisConnections;
  let redis: SharedRedis;
  let changes: string[];
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => {
    changes = [];
    connections = new RedisConnections(server.url);
    const onStateChange = (state: string, error?: Error) => changes.push(error === undefined ? state : `${state}: ${error.message}`);
    redis = new SharedRedis(connections, { probeMilliseconds: 50, onStateChange });
  });
  afterEach(async () => {
    redis.close();
    await connections.close();
  });

  const ping = (client: RedisClient) => client.ping();

  it('waits for the first connection', async () => {
    expect(await redis.attempt('key', ping)).toEqual({ value: 'PONG' });
  });

  it('asks a silent server once, and not again before it answers', async () => {
    await redis.attempt('key', ping);
    await server.pause();
    const asked = jest.fn(ping);
    expect(await Promise.all([redis.attempt('key', asked), redis.attempt('key', asked)])).toEqual([undefined, undefined]);
    expect(redis.isAway).toBe(true);
    expect(await redis.attempt('key', asked)).toBeUndefined();
    expect(asked).toHaveBeenCalledTimes(2);
    server.resume();
    await eventually(() => Promise.resolve(!redis.isAway), 'The end of the outage was not seen.', 20_000);
    expect(await redis.attempt('key', ping)).toEqual({ value: 'PONG' });
    expect(changes).toEqual([expect.stringContaining('away: Redis does not answer'), 'ready']);
  });

  it.each([
    ['is full', 'OOM', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['takes no writes', 'NOREPLICAS', ['CONFIG', 'SET', 'min-replicas-to-write', '1'], ['CONFIG', 'SET', 'min-replicas-to-write', '0']],
  ])('counts a Redis that %s as away until it writes again', async (_how, word, [begin, ...rest], [end, ...others]) => {
    const write = (client: RedisClient) => client.set('key', 'value');
    await server.command(begin!, ...rest);
    expect(await redis.attempt('key', write)).toBeUndefined();
    const refused = async () =>
      Number(new RegExp(`errorstat_${word}:count=(\\d+)`).exec(String(await server.command('INFO', 'errorstats')))?.[1] ?? 0);
    const before = await refused();
    await eventually(async () => !redis.isAway || (await refused()) > before + 1, 'It was not looked at again.', 20_000);
    expect([redis.isAway, changes.length]).toEqual([true, 1]);
    await server.command(end!, ...others);
    await eventually(() => Promise.resolve(!redis.isAway), 'The end of the outage was not seen.', 20_000);
    expect(await redis.attempt('key', write)).toEqual({ value: 'OK' });
    expect(changes).toEqual([expect.stringContaining(`away: Redis takes no writes (${word}).`), 'ready']);
  });

  it('asks nothing any more once it is closed', async () => {
    await server.kill();
    await redis.attempt('key', ping);
    redis.close();
    await server.restart();
    expect(await redis.attempt('key', ping)).toBeUndefined();
    expect(redis.isAway).toBe(false);
  });
});
