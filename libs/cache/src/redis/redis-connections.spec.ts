import { describeWithRedis } from '@parlance/testing';
import { RedisConnections } from './redis-connections.js';

describe('RedisConnections', () => {
  it('are none where there is no Redis', async () => {
    const connections = new RedisConnections();
    expect([connections.commands, connections.subscriber]).toEqual([undefined, undefined]);
    await connections.close();
  });
});

describeWithRedis((url) => {
  it('are one for each purpose', async () => {
    const connections = new RedisConnections(url());
    const { commands, subscriber } = connections;
    expect(commands).toBe(connections.commands);
    expect(subscriber).not.toBe(commands);
    const heard = new Promise((resolve) => subscriber!.once('message', (_, message) => resolve(message)));
    await subscriber!.subscribe('parlance:test');
    while ((await commands!.publish('parlance:test', 'here').catch(() => 0)) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await heard).toBe('here');
    await connections.close();
  });
});
