import { randomUUID } from 'node:crypto';
import { describeWithProgram, eventually, REDIS_PROGRAMS, RedisCluster, RedisServer } from '@parlance/testing';
import { ManualWork, Replica, textOf } from './__fixtures__/replica.js';
import type { FlightSettings } from './flight-settings.js';

const FAST: Partial<FlightSettings> = {
  leaseMilliseconds: 900,
  interestMilliseconds: 600,
  beatMilliseconds: 150,
  patienceMilliseconds: 300,
  outageMilliseconds: 1000,
};

interface Server {
  url: string;
  stop(): Promise<void>;
}

describeWithProgram(REDIS_PROGRAMS, () => {
  const replicas: Replica[] = [];
  const servers: Server[] = [];
  const begin = async <Running extends Server>(starting: Promise<Running>, settings: Partial<FlightSettings> = {}) => {
    const server = await starting;
    servers.push(server);
    for (let index = 0; index < 2; index += 1) replicas.push(await Replica.start(server.url, { ...FAST, ...settings }, {}));
    const [one, two] = replicas as [Replica, Replica];
    return { server, one, two, key: randomUUID(), mine: new ManualWork('mine'), other: new ManualWork('other') };
  };
  afterEach(async () => {
    await Promise.all(replicas.splice(0).map((replica) => replica.close()));
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  });

  it.each(['kill', 'pause'] as const)('when Redis goes away (%s), a follower that has nothing yet does it alone', async (how) => {
    const { server, one, two, key, mine, other } = await begin(RedisServer.start());
    const leader = await one.join(key, mine.start);
    const waiting = two.join(key, other.start);
    await eventually(async () => Number(await server.command('EXISTS', `parlance:flight:1:{${key}}:wanted`)) === 1, 'Nobody follows.');
    await server[how]();
    other.make('alone');
    other.end();
    const follower = await waiting;
    expect([await textOf(follower.chunks), follower.shared]).toEqual(['alone', false]);
    // And the leader has noticed nothing.
    mine.make('a', 'b');
    mine.end();
    expect(await textOf(leader.chunks)).toBe('a|b');
    await eventually(async () => one.flights.led === 0, 'It is still led.', 20_000);
  });

  it('when Redis goes away, a follower in the middle fails after a while, and the work ends with its last reader', async () => {
    const { server, one, two, key, mine, other } = await begin(RedisServer.start());
    const leaving = new AbortController();
    await one.join(key, mine.start, leaving.signal);
    mine.make('a');
    const { chunks } = await two.join(key, other.start);
    await server.kill();
    leaving.abort();
    await expect(textOf(chunks)).rejects.toMatchObject({ code: 'server', reason: 'shared_work_lost' });
    await eventually(async () => mine.signal?.aborted === true, 'The work goes on for nobody.', 20_000);
    expect(other.starts).toBe(0);
  });

  it('an outage shorter than the lease is no loss', async () => {
    const { server, one, two, key, mine, other } = await begin(RedisServer.start(), {
      leaseMilliseconds: 60_000,
      interestMilliseconds: 60_000,
      outageMilliseconds: 60_000,
    });
    await one.join(key, mine.start);
    mine.make('a');
    const { chunks } = await two.join(key, other.start);
    const reading = textOf(chunks);
    await server.pause();
    mine.make('b', 'c');
    // Long enough for both to have been refused.
    await eventually(async () => one.connections.commands!.status !== 'ready', 'The connection is kept.', 20_000);
    server.resume();
    mine.make('d');
    mine.end();
    expect(await reading).toBe('a|b|c|d');
    expect(other.starts).toBe(0);
  });

  it('a Redis that has forgotten everything is no loss to those who lead', async () => {
    const { server, one, two, key, mine, other } = await begin(RedisServer.start());
    const leader = await one.join(key, mine.start);
    mine.make('a');
    await server.restart();
    await eventually(async () => (await two.connections.commands!.ping().catch(() => '')) === 'PONG', 'It does not come back.', 20_000);
    other.make('x');
    other.end();
    expect(await textOf((await two.join(key, other.start)).chunks)).toBe('x');
    mine.make('b');
    mine.end();
    expect(await textOf(leader.chunks)).toBe('a|b');
  });

  it('works over a cluster', async () => {
    // Nobody is lost here.
    const { one, two } = await begin(RedisCluster.start(), {
      leaseMilliseconds: 20_000,
      interestMilliseconds: 20_000,
      patienceMilliseconds: 20_000,
    });
    // Keys of all nodes.
    for (let index = 0; index < 6; index += 1) {
      const key = randomUUID();
      const [led, followed] = [new ManualWork('mine'), new ManualWork('other')];
      const leader = await one.join(key, led.start);
      const reading = textOf(leader.chunks);
      led.make('a', 'b');
      const follower = await two.join(key, followed.start);
      led.make('c');
      led.end();
      expect([await reading, await textOf(follower.chunks), follower.shared, followed.starts]).toEqual(['a|b|c', 'a|b|c', true, 0]);
    }
  });
});
