import { ParlanceError } from '@parlance/contracts';
import { describeWithRedis, eventually, PATIENT_REDIS } from '@parlance/testing';
import { MemoryCacheStore } from '../memory/memory-cache-store.js';
import { RedisCacheStore } from '../redis/redis-cache-store.js';
import { RedisConnections } from '../redis/redis-connections.js';
import { SharedDeletions } from './shared-deletions.js';
import { TieredCacheStore } from './tiered-cache-store.js';

describeWithRedis((url) => {
  it('what one process deletes, another one has no more in its memory', async () => {
    const replicas = await Promise.all(
      [0, 1].map(async () => {
        const connections = new RedisConnections(url(), PATIENT_REDIS);
        const remote = new RedisCacheStore(url(), PATIENT_REDIS);
        await remote.connect();
        const deletions = new SharedDeletions(connections);
        return { connections, remote, store: new TieredCacheStore(new MemoryCacheStore(), remote, { deletions }) };
      }),
    );
    const [one, two] = replicas.map(({ store }) => store) as [TieredCacheStore, TieredCacheStore];
    const listening = async () => {
      // Not yet, while the connection is being made.
      const answer = (await replicas[0]!.connections
        .commands!.call('PUBSUB', 'NUMSUB', 'parlance:cache-deleted')
        .catch(() => [])) as unknown[];
      return answer[1] === 2;
    };
    await eventually(listening, 'Not everybody listens.');
    const has = async (store: TieredCacheStore, key: string) => (await store.getMany([key]))[0] !== undefined;
    for (const key of ['a', 'b', 'c']) await one.set(key, Uint8Array.of(1), 3600, key === 'c' ? [] : ['tag']);
    // The other one reads them into its memory, where they have no tags.
    for (const key of ['a', 'b', 'c']) expect(await has(two, key)).toBe(true);
    expect((await one.deleteTagged('tag')).toSorted()).toEqual(['a', 'b']);
    await eventually(async () => !(await has(two, 'a')) && !(await has(two, 'b')), 'It was still answered with.');
    expect(await has(two, 'c')).toBe(true);
    await two.delete(['c']);
    await eventually(async () => !(await has(one, 'c')), 'It was still answered with.');
    // Made while Redis was away for its process, which alone has it.
    jest.spyOn(replicas[1]!.remote, 'set').mockRejectedValueOnce(new ParlanceError('unavailable', 'Redis is away.'));
    await two.set('d', Uint8Array.of(1), 3600, ['tag']);
    expect(await has(one, 'd')).toBe(false);
    await one.deleteTagged('tag');
    await eventually(async () => !(await has(two, 'd')), 'It was still answered with.');
    for (const { store, remote, connections } of replicas) {
      store.close();
      await remote.close();
      await connections.close();
    }
  });
});
