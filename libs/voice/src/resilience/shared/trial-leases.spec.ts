import { RedisConnections } from '@parlance/cache';
import { describeWithProgram, eventually, PATIENT_REDIS, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import type { CircuitBreaker } from '../circuit-breaker.js';
import type { Upstream } from '../upstream.js';
import { BreakerBoard } from './breaker-board.js';
import { TrialLeases } from './trial-leases.js';

/** What it asks Redis. */
class CountedBoard extends BreakerBoard {
  questions = 0;

  override claim(...args: Parameters<BreakerBoard['claim']>): Promise<number> {
    this.questions += 1;
    return super.claim(...args);
  }
}

function upstreamOf(model = 'm', trying = 0): Upstream {
  const name = { provider: 'vendor', model, operation: 'speak', fingerprint: 'vendor' } as const;
  return { ...name, breaker: { trying } as CircuitBreaker } as Upstream;
}

describeWithProgram(REDIS_PROGRAMS, () => {
  let redis: RedisServer;
  const ends: (() => Promise<void> | void)[] = [];
  const begin = async (replica: string) => {
    const connections = new RedisConnections(redis.url, PATIENT_REDIS);
    await connections.open();
    const board = new CountedBoard(connections.commands!, replica);
    const leases = new TrialLeases(board);
    ends.push(
      () => leases.close(),
      () => connections.close(),
    );
    return { board, leases };
  };
  beforeEach(async () => {
    redis = await RedisServer.start();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    for (const end of ends.splice(0)) await end();
    await redis.stop();
  });

  it('gives an upstream to the process that asks first, and others to whoever asks for them', async () => {
    const [one, two] = [await begin('one'), await begin('two')];
    expect(await one.leases.claim(upstreamOf())).toBe(true);
    expect(await two.leases.claim(upstreamOf())).toBe(false);
    expect(await two.leases.claim(upstreamOf('other'))).toBe(true);
  });

  it('asks Redis once, for all who come at the same time and for as long as the answer holds', async () => {
    const [one, two] = [await begin('one'), await begin('two')];
    const upstream = upstreamOf();
    jest.spyOn(performance, 'now').mockReturnValue(performance.now());
    expect(await Promise.all([1, 2, 3].map(() => one.leases.claim(upstream)))).toEqual([true, true, true]);
    expect(await one.leases.claim(upstream)).toBe(true);
    expect(await Promise.all([1, 2].map(() => two.leases.claim(upstream)))).toEqual([false, false]);
    expect(await two.leases.claim(upstream)).toBe(false);
    expect([one.board.questions, two.board.questions]).toEqual([1, 1]);
  });

  it('follows when another process says that it tries, until its time is over', async () => {
    const { board, leases } = await begin('one');
    const upstream = upstreamOf();
    expect(await leases.claim(upstream)).toBe(true);
    leases.othersTry(upstream, 60_000);
    expect(await leases.claim(upstream)).toBe(false);
    leases.othersTry(upstream, 0);
    expect(await leases.claim(upstream)).toBe(true);
    expect(board.questions).toBe(2);
  });

  it('asks anew once it was found out how the upstream is', async () => {
    const { board, leases } = await begin('one');
    await leases.claim(upstreamOf());
    leases.forget(upstreamOf());
    expect(await leases.claim(upstreamOf())).toBe(true);
    expect(board.questions).toBe(2);
  });

  it('renews what it holds while a trial is under way, and no longer', async () => {
    const [one, two] = [await begin('one'), await begin('two')];
    const upstream = upstreamOf('m', 1);
    await one.leases.claim(upstream);
    await eventually(async () => one.board.questions >= 3, 'It is not renewed.');
    expect(await two.leases.claim(upstreamOf())).toBe(false);
    Object.assign(upstream.breaker, { trying: 0 });
    await eventually(() => two.leases.claim(upstreamOf()), 'It is kept for good.');
  });

  it('renews nothing that was forgotten, that another process tries, or once it is closed', async () => {
    const watch = await begin('two');
    const ways: ((leases: TrialLeases) => void)[] = [
      (leases) => leases.forget(upstreamOf('0')),
      (leases) => leases.othersTry(upstreamOf('1'), 60_000),
      (leases) => leases.close(),
    ];
    await Promise.all(
      ways.map(async (end, index) => {
        const { board, leases } = await begin(`one of ${index}`);
        await leases.claim(upstreamOf(String(index), 1));
        end(leases);
        // It would have been renewed twice before its time is over.
        await eventually(() => watch.leases.claim(upstreamOf(String(index))), 'It is kept for good.');
        expect(board.questions).toBe(1);
      }),
    );
  });

  it('lets each process try by itself while Redis is away', async () => {
    const [one, two] = [await begin('one'), await begin('two')];
    await redis.kill();
    expect(await one.leases.claim(upstreamOf())).toBe(true);
    expect(await two.leases.claim(upstreamOf())).toBe(true);
  });
});
