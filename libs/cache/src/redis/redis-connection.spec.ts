import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { describeWithProgram, eventually, PATIENT_REDIS, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import { closeRedis, connectRedis, createRedis, type RedisClient } from './redis-connection.js';

describeWithProgram(REDIS_PROGRAMS, () => {
  let server: RedisServer;
  const clients: RedisClient[] = [];
  const create = (...args: Parameters<typeof createRedis>) => {
    const client = createRedis(...args);
    clients.push(client);
    return client;
  };
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(() => Promise.all(clients.splice(0).map(closeRedis)));
  afterAll(() => server.stop());

  it('a subscriber has its subscriptions again after an outage', async () => {
    const subscriber = create(server.url, 'subscriber');
    const heard: string[] = [];
    subscriber.on('message', (_channel, message) => heard.push(message));
    await subscriber.subscribe('news');
    await server.restart();
    const publish = async () => {
      await server.command('PUBLISH', 'news', 'hello');
      return heard.includes('hello');
    };
    await eventually(publish, 'Nothing was heard after the outage.', 20_000);
    expect(heard).toContain('hello');
  });

  it('jobs wait for the end of an outage', async () => {
    const jobs = create(server.url, 'jobs');
    await connectRedis(jobs);
    await server.kill();
    const pushed = jobs.rpush('queue', 'job');
    await server.restart();
    expect(await pushed).toBe(1);
  });

  it('commands do not, and nothing is sent later that was refused', async () => {
    const commands = create(server.url, 'commands');
    await connectRedis(commands);
    await server.pause();
    await expect(commands.rpush('refused', 'x')).rejects.toThrow('timed out');
    await eventually(() => Promise.resolve(commands.status !== 'ready'), 'The silent connection was kept.', 20_000);
    await expect(commands.rpush('refused', 'y')).rejects.toThrow("isn't writeable");
    await server.kill();
    server.resume();
    await server.restart();
    await eventually(() => Promise.resolve(commands.status === 'ready'), 'It did not come back.', 20_000);
    expect(await commands.exists('refused')).toBe(0);
  });

  it('waits as long for a connection as for an answer', async () => {
    const patient = create(server.url, 'commands', PATIENT_REDIS);
    await server.pause();
    const connecting = connectRedis(patient, PATIENT_REDIS);
    // Longer than anybody else waits.
    await sleep(1500);
    server.resume();
    await connecting;
    expect(await patient.ping()).toBe('PONG');
  });

  it('prints nothing of an outage, nor does what is made of it', () => {
    const client = createRedis('redis://127.0.0.1:1', 'jobs') as Redis;
    const another = client.duplicate();
    for (const one of [client, another, another.duplicate()]) {
      expect(one.listenerCount('error')).toBe(1);
      one.disconnect();
    }
  });

  it('uses the database of the URL', async () => {
    const third = create(`${server.url}/3`, 'commands');
    await connectRedis(third);
    await third.set('key', 'value');
    expect(await server.command('GET', 'key')).toBeNull();
    expect(String(await server.command('INFO', 'keyspace'))).toContain('db3:');
  });
});
