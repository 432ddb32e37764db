import { eventually } from '../conformance/check.js';
import { describeWithProgram } from '../programs.js';
import { REDIS_PROGRAMS } from './describe-with-server.js';
import { RedisCluster } from './redis-cluster.js';
import { RedisSentinel } from './redis-sentinel.js';
import { RedisServer } from './redis-server.js';

const answers = (server: RedisServer) =>
  server.command('PING').then(
    (reply) => reply === 'PONG',
    () => false,
  );

describeWithProgram(REDIS_PROGRAMS, () => {
  const started: { stop(): Promise<void> }[] = [];
  const running = <Server extends { stop(): Promise<void> }>(server: Server) => {
    started.push(server);
    return server;
  };
  afterEach(() => Promise.all(started.splice(0).map((server) => server.stop())));

  it('one server answers, pauses, resumes, dies and comes back on its port, empty', async () => {
    const server = running(await RedisServer.start());
    await server.command('SET', 'key', 'value');
    await server.pause();
    expect(await answers(server)).toBe(false);
    server.resume();
    expect(await server.command('GET', 'key')).toBe('value');
    await server.kill();
    expect(await answers(server)).toBe(false);
    await server.restart();
    expect(await server.command('GET', 'key')).toBeNull();
    await server.stop();
    expect(await answers(server)).toBe(false);
  });

  it('many start at the same time without getting into each other', async () => {
    const servers = await Promise.all(Array.from({ length: 6 }, async () => running(await RedisServer.start())));
    expect(new Set(servers.map(({ port }) => port)).size).toBe(6);
    expect(await Promise.all(servers.map(answers))).not.toContain(false);
  });

  it('a server that cannot start says why', async () => {
    await expect(RedisServer.start(() => ['--no-such-setting', 'x'])).rejects.toThrow(/ended .*no-such-setting/s);
  });

  it('a cluster shares the slots, and serves the others when one node is lost', async () => {
    const cluster = running(await RedisCluster.start());
    const [first, , third] = cluster.nodes;
    await expect(first?.command('SET', 'foo', '1')).rejects.toThrow(/^MOVED/);
    expect(await third?.command('SET', 'foo', '1')).toBe('OK');
    expect(await first?.command('SET', 'hello', '1')).toBe('OK');
    await third?.kill();
    expect(await first?.command('GET', 'hello')).toBe('1');
    await cluster.restart();
    expect(await third?.command('SET', 'foo', '1')).toBe('OK');
  });

  it('sentinels make a replica master when the master dies', async () => {
    const group = running(await RedisSentinel.start(3));
    const before = await group.master();
    await before.kill();
    await eventually(async () => (await group.master()) !== before, 'No replica became master.', 30_000);
    const after = await group.master();
    expect(await after.command('SET', 'key', 'value')).toBe('OK');
  });
});
