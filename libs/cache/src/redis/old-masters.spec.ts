import { describeWithProgram, eventually, REDIS_PROGRAMS, RedisSentinel } from '@parlance/testing';
import { closeRedis, connectRedis, createRedis, type RedisClient } from './redis-connection.js';

describeWithProgram(REDIS_PROGRAMS, () => {
  let group: RedisSentinel;
  let clients: RedisClient[] = [];
  beforeAll(async () => {
    group = await RedisSentinel.start(3);
  });
  const close = () => Promise.all(clients.splice(0).map(closeRedis));
  afterAll(async () => {
    await close();
    await group.stop();
  });

  /** How many connections wait for news of each sentinel. */
  const watching = async () => {
    const lists = await Promise.all(group.sentinels.map((sentinel) => sentinel.command('CLIENT', 'LIST', 'TYPE', 'pubsub')));
    return lists.map((list) => String(list).match(/^id=/gm)?.length ?? 0);
  };

  it('clients leave a master that was replaced and is still alive', async () => {
    const [commands, jobs] = [createRedis(group.url, 'commands'), createRedis(group.url, 'jobs')];
    clients = [commands, jobs];
    await connectRedis(commands);
    await eventually(async () => (await watching()).every((count) => count === 2), 'Not every sentinel is heard.', 30_000);
    const before = await group.master();
    // It never comes to know that it is a replica now.
    await before.command('ACL', 'SETUSER', 'default', '-replicaof', '-slaveof');
    await group.sentinels[0]?.command('SENTINEL', 'FAILOVER', 'parlance');
    await eventually(async () => (await group.master()) !== before, 'No other became master.', 30_000);
    for (const client of clients) {
      let number = 0;
      const arrives = async () => {
        const key = `key-${clients.indexOf(client)}-${(number += 1)}`;
        await client.set(key, 'value').catch(() => undefined);
        return (await (await group.master()).command('GET', key)) === 'value';
      };
      await eventually(arrives, 'The new master gets nothing.', 30_000);
    }
    expect((await before.command('ROLE')) as unknown[]).toContain('master');
    await close();
    await eventually(async () => (await watching()).every((count) => count === 0), 'Sentinels are heard for ever.', 30_000);
  });
});
