import { RedisConnections } from '@parlance/cache';
import { FilesystemObjectStore, UrlSigner } from '@parlance/storage';
import { describeWithProgram, eventually, REDIS_PROGRAMS, RedisCluster } from '@parlance/testing';
import { Servers } from './servers.service.js';

describeWithProgram(REDIS_PROGRAMS, () => {
  let cluster: RedisCluster;
  let connections: RedisConnections;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
    connections = new RedisConnections(cluster.url);
    await connections.open();
  });
  afterAll(async () => {
    await connections.close();
    await cluster.stop();
  });

  /** Any node may be asked: what one look says, others need not. */
  const looks = () => {
    const objects = new FilesystemObjectStore({ directory: '/nowhere', publicUrl: 'http://127.0.0.1' }, new UrlSigner('a secret of tests'));
    return Promise.all(Array.from({ length: 20 }, () => new Servers(connections, objects).redis()));
  };
  const all = (state: 'up' | 'away') => async () => (await looks()).every((look) => look === state);

  it('a cluster is away while one of its nodes is, and up again when that is back', async () => {
    expect(new Set(await looks())).toEqual(new Set(['up']));
    await cluster.nodes[1]?.kill();
    await eventually(all('away'), 'The others answer for the lost one.', 30_000);
    await cluster.restart();
    await eventually(all('up'), 'It did not come back.', 30_000);
  });
});
