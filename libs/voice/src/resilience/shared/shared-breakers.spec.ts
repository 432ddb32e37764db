import { RedisConnections, type RedisTimes } from '@parlance/cache';
import type { SpeechProvider } from '@parlance/contracts';
import { describeWithProgram, eventually, PATIENT_REDIS, REDIS_PROGRAMS, RedisCluster, RedisServer } from '@parlance/testing';
import { failureOf } from '../../__fixtures__/manual-breaker.js';
import type { BreakerSettings } from '../breaker-settings.js';
import type { Permit } from '../circuit-breaker.js';
import type { Upstream } from '../upstream.js';
import { Upstreams, type UpstreamEvent } from '../upstreams.js';
import { BreakerBoard } from './breaker-board.js';
import { SharedBreakers } from './shared-breakers.js';

/** One process: its breakers, and what it tells and hears. */
class Process {
  readonly upstreams: Upstreams;
  readonly events: UpstreamEvent[] = [];
  private readonly shared: SharedBreakers;

  private constructor(
    private readonly connections: RedisConnections,
    breaker: Partial<BreakerSettings>,
  ) {
    this.upstreams = new Upstreams({ fingerprint: ({ name }: { name: string }) => name }, { resilience: { breaker } });
    this.upstreams.subscribe((event) => this.events.push(event));
    this.shared = new SharedBreakers(this.upstreams, connections);
  }

  /** @param times shorter where Redis falls silent */
  static async start(url: string, breaker: Partial<BreakerSettings> = {}, times: RedisTimes = PATIENT_REDIS): Promise<Process> {
    const connections = new RedisConnections(url, times);
    await connections.open();
    const process = new Process(connections, { consecutiveFailures: 1, ...breaker });
    await process.shared.onModuleInit(200);
    return process;
  }

  upstream(name = 'vendor', model = 'm'): Upstream {
    return this.upstreams.of({ name } as SpeechProvider, model, 'speak');
  }

  state(name?: string): string {
    return this.upstream(name).breaker.state;
  }

  /** As many permits as it gives to so many callers who come at the same moment. */
  async acquire(callers: number): Promise<Permit[]> {
    const permits = await Promise.all(Array.from({ length: callers }, () => this.upstreams.acquire(this.upstream())));
    return permits.filter((permit) => permit !== undefined);
  }

  async fail(code: Parameters<typeof failureOf>[0] = 'server', seconds?: number): Promise<void> {
    const [permit] = await this.acquire(1);
    permit?.failed(failureOf(code, seconds));
  }

  async stop(): Promise<void> {
    this.shared.onModuleDestroy();
    await this.connections.close();
  }
}

describe('SharedBreakers', () => {
  it('leave everything to each process where there is no Redis', async () => {
    const upstreams = new Upstreams({ fingerprint: () => 'same' }, { resilience: { breaker: { consecutiveFailures: 1 } } });
    const shared = new SharedBreakers(upstreams, new RedisConnections());
    await shared.onModuleInit();
    const upstream = upstreams.of({ name: 'vendor' } as SpeechProvider, 'm', 'speak');
    (await upstreams.acquire(upstream))?.failed(failureOf('server'));
    upstream.breaker.tryEarly();
    expect(await upstreams.acquire(upstream)).toBeDefined();
    shared.onModuleDestroy();
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  let server: { url: string; stop(): Promise<void> };
  const processes: Process[] = [];
  const begin = async (count: number, ...settings: [breaker?: Partial<BreakerSettings>, times?: RedisTimes]) => {
    for (let index = 0; index < count; index += 1) processes.push(await Process.start(server.url, ...settings));
    return processes as [Process, Process, Process];
  };
  const all = (isSo: (process: Process) => boolean, message: string) =>
    eventually(async () => processes.every((process) => isSo(process)), message, 20_000);
  const started = async (kind: typeof RedisServer | typeof RedisCluster = RedisServer) => {
    server = await kind.start();
  };
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((process) => process.stop()));
    await server.stop();
  });

  it.each([
    ['one server', RedisServer],
    ['a cluster', RedisCluster],
  ] as const)('what opens on one opens on all and closes on all, over %s', async (_, kind) => {
    await started(kind);
    const [one, two, three] = await begin(3, { openMilliseconds: 300 });
    await one.fail();
    await all((process) => process.state() !== 'closed', 'It did not open everywhere.');
    expect(two.events).toMatchObject([{ to: 'open', cause: 'server', elsewhere: true, openMilliseconds: expect.any(Number) }]);
    expect(one.events).toMatchObject([{ to: 'open', cause: 'server' }]);
    expect(one.events[0]).not.toHaveProperty('elsewhere');
    await eventually(async () => three.state() === 'half_open', 'It stays open.');
    const [permit] = await three.acquire(1);
    permit?.succeeded();
    await all((process) => process.state() === 'closed', 'It did not close everywhere.');
    expect(one.events.at(-1)).toMatchObject({ to: 'closed', cause: 'recovered', elsewhere: true });
    expect(one.upstream('vendor', 'other').breaker.state).toBe('closed');
  });

  it('one process at a time tries, with as many trials as are allowed, and the next one when that is of no use', async () => {
    await started();
    await begin(3, { openMilliseconds: 200, trials: 2 });
    await processes[0]!.fail();
    await all((process) => process.state() === 'half_open', 'It did not half-open everywhere.');
    const permits = await Promise.all(processes.map((process) => process.acquire(20)));
    expect(permits.map(({ length }) => length).filter((count) => count > 0)).toEqual([2]);
    const trying = processes[permits.findIndex(({ length }) => length > 0)]!;
    // It goes on for longer than its lease: it is renewed.
    const resting = processes.find((process) => process !== trying)!;
    const later = performance.now() + 4500;
    await eventually(
      async () => {
        expect(await resting.acquire(1)).toEqual([]);
        return performance.now() > later;
      },
      'It takes too long.',
      20_000,
    );
    permits.flat()[0]?.failed(failureOf('server'));
    const timesOpened = ({ events }: Process) => events.filter(({ to }) => to === 'open').length;
    await all((process) => timesOpened(process) === 2, 'It did not open again everywhere.');
    // It opens for longer each time, whoever tries.
    const { openMilliseconds = 0 } = resting.events.at(-1)!;
    expect(openMilliseconds).toBeGreaterThan(240);
    await all((process) => process.state() === 'half_open', 'It did not half-open again.');
    const [again] = await resting.acquire(1);
    again?.succeeded();
    await all((process) => process.state() === 'closed', 'It did not close.');
  });

  it('a process that dies while it tries is followed by another one', async () => {
    await started();
    const [one, two] = await begin(2, { openMilliseconds: 200 });
    await one.fail();
    await all((process) => process.state() === 'half_open', 'It did not half-open everywhere.');
    expect(await one.acquire(1)).toHaveLength(1);
    expect(await two.acquire(1)).toEqual([]);
    await one.stop();
    await eventually(async () => (await two.acquire(1)).length === 1, 'Nobody tries any more.', 20_000);
  });

  it('raises one alarm, and probes from one process', async () => {
    await started();
    const [one, two] = await begin(2, { longOpenMilliseconds: 200 });
    await one.fail('auth');
    await all((process) => process.state() === 'half_open', 'It did not open everywhere.');
    await two.fail('auth');
    await all((process) => process.events.filter(({ to }) => to === 'open').length === 2, 'It did not open again.');
    expect(processes.flatMap(({ events }) => events).filter(({ alert }) => alert)).toHaveLength(1);
    one.upstream().breaker.tryEarly();
    await all((process) => process.state() === 'half_open', 'Only one lets trials begin early.');
  });

  it('what is decided by hand holds everywhere', async () => {
    await started();
    const [one, two, three] = await begin(3);
    one.upstreams.hold('vendor');
    await all((process) => process.upstreams.isHeld('vendor') && process.state() === 'open', 'It is not held everywhere.');
    expect(two.upstream('vendor', 'another model').breaker.state).toBe('open');
    expect(three.state('another vendor')).toBe('closed');
    two.upstreams.close('vendor');
    await all((process) => !process.upstreams.isHeld('vendor') && process.state() === 'closed', 'It is still held.');
    await one.fail();
    await all((process) => process.state() === 'open', 'It did not open everywhere.');
    three.upstreams.reset('vendor');
    await all((process) => process.state() === 'closed', 'It was not reset everywhere.');
    one.upstreams.hold('vendor', 60_000);
    await all((process) => process.upstreams.heldFor('vendor') > 30_000, 'It is not held everywhere.');
  });

  it('a process that starts later learns what is open and held, and for how long', async () => {
    await started();
    const [one] = await begin(1);
    await one.fail('rate', 40);
    one.upstreams.hold('held');
    await eventually(async () => {
      const late = await Process.start(server.url);
      const isOpen = late.state() === 'open' && late.upstreams.isHeld('held');
      if (isOpen) processes.push(late);
      else await late.stop();
      return isOpen;
    }, 'It learns nothing.');
    const late = processes[1]!;
    expect(late.upstream().breaker.cause).toBe('rate');
    expect(late.upstream().breaker.waitMilliseconds).toBeGreaterThan(30_000);
    expect(late.upstream().breaker.waitMilliseconds).toBeLessThan(45_000);
    expect(late.upstreams.heldFor('held')).toBe(Number.POSITIVE_INFINITY);
  });

  it('takes no notice of what nobody of this version can have said', async () => {
    await started();
    const [one, two] = await begin(2);
    const redis = new RedisConnections(server.url);
    await redis.open();
    for (const text of ['', 'null', '{}', '{"from":"x","kind":"open"}', '{"from":"x","kind":"decision","decision":null}', '[1]']) {
      await redis.commands?.publish(BreakerBoard.channel, text);
      await redis.commands?.hset(
        BreakerBoard.key,
        `strange ${text}`,
        JSON.stringify({ replica: 'x', openUntil: -1, leaseUntil: 0, message: text }),
      );
    }
    await redis.close();
    await one.fail();
    await all((process) => process.state() === 'open', 'It did not open everywhere.');
    expect(two.events).toHaveLength(1);
  });

  describe('while Redis is away', () => {
    it('each process goes on by itself, and tells the others when it is back', async () => {
      const redis = await RedisServer.start();
      server = redis;
      const [one, two] = await begin(2, { openMilliseconds: 300, shortOpenMilliseconds: 100 });
      await redis.kill();
      await one.fail();
      await eventually(async () => one.state() === 'half_open', 'It stays open.');
      const trials = await one.acquire(5);
      expect(trials).toHaveLength(2);
      expect(two.state()).toBe('closed');
      trials[0]?.failed(failureOf('rate', 50));
      two.upstreams.hold('held');
      await redis.restart();
      await all((process) => process.state() === 'open' && process.upstreams.isHeld('held'), 'They do not find each other again.');
    });

    it.each(['pause', 'kill'] as const)('what was closed meanwhile (%s) closes everywhere', async (how) => {
      const redis = await RedisServer.start();
      server = redis;
      const [one, two] = await begin(2, {}, {});
      await one.fail('rate', 600);
      one.upstreams.hold('held');
      await all((process) => process.state() === 'open' && process.upstreams.isHeld('held'), 'It did not open everywhere.');
      await redis[how]();
      one.upstream().breaker.close('recovered');
      one.upstreams.close('held');
      expect([two.state(), two.upstreams.isHeld('held')]).toEqual(['open', true]);
      if (how === 'pause') redis.resume();
      else await redis.restart();
      await all((process) => process.state() === 'closed' && !process.upstreams.isHeld('held'), 'It stays open.');
    });

    it('what Redis has forgotten is told again by whoever has opened it', async () => {
      const redis = await RedisServer.start();
      server = redis;
      const [one] = await begin(2);
      await one.fail('rate', 600);
      one.upstreams.hold('held');
      await all((process) => process.state() === 'open' && process.upstreams.isHeld('held'), 'It did not open everywhere.');
      await redis.restart();
      const late = async () => {
        const process = await Process.start(redis.url);
        const knows = process.state() === 'open' && process.upstreams.isHeld('held');
        await process.stop();
        return knows;
      };
      await eventually(late, 'Nobody tells.', 20_000);
      expect(processes.map((process) => [process.state(), process.upstreams.isHeld('held')])).toEqual([
        ['open', true],
        ['open', true],
      ]);
    });
  });
});
