import { failureOf, manualBreaker } from '../__fixtures__/manual-breaker.js';
import type { Permit } from './circuit-breaker.js';

describe('CircuitBreaker', () => {
  /** Opened by five failures for exactly five seconds, and those are over. */
  const halfOpen = (settings = {}) => {
    const parts = manualBreaker(settings);
    parts.fail(5);
    parts.clock.now += 5000;
    return parts;
  };

  describe('closed', () => {
    it('opens after failures in a row, and a success in between begins the count anew', () => {
      const { breaker, fail, acquire } = manualBreaker();
      fail(4);
      acquire().succeeded();
      fail(4);
      expect(breaker.state).toBe('closed');
      fail(1);
      expect(breaker.state).toBe('open');
      expect(breaker.acquire()).toBeUndefined();
    });

    it('opens at the share of failures, not before there were enough calls', () => {
      const { breaker, fail, acquire } = manualBreaker();
      for (let pair = 0; pair < 4; pair++) {
        fail(1);
        acquire().succeeded();
      }
      fail(1);
      expect(breaker.counts).toEqual({ calls: 9, failures: 5, consecutive: 1 });
      expect(breaker.state).toBe('closed');
      fail(1);
      expect(breaker.state).toBe('open');
    });

    it('opens when just so large a share of just enough calls has failed', () => {
      const { breaker, fail, acquire } = manualBreaker({ minimumCalls: 4, failureRate: 0.5 });
      acquire().succeeded();
      fail(1);
      acquire().succeeded();
      expect(breaker.state).toBe('closed');
      fail(1);
      expect(breaker.state).toBe('open');
    });

    it('forgets failures that are older than its window', () => {
      const { breaker, fail, acquire, clock } = manualBreaker({ consecutiveFailures: 100 });
      fail(9);
      clock.now += 30_000;
      acquire().succeeded();
      fail(1);
      expect(breaker.counts).toMatchObject({ calls: 2, failures: 1 });
      expect(breaker.state).toBe('closed');
    });

    it.each(['rate', 'auth', 'permission', 'quota'] as const)('opens at once after %s', (code) => {
      const { breaker, fail } = manualBreaker();
      fail(1, code);
      expect([breaker.state, breaker.cause]).toEqual(['open', code]);
    });

    it.each(['invalid', 'too_large', 'not_found', 'unsupported', 'no_speech', 'aborted', 'unavailable'] as const)(
      'makes nothing of %s',
      (code) => {
        const { breaker, fail } = manualBreaker({ consecutiveFailures: 1, minimumCalls: 1 });
        fail(50, code);
        expect(breaker.state).toBe('closed');
        expect(breaker.counts).toEqual({ calls: 0, failures: 0, consecutive: 0 });
      },
    );

    it('counts one result of a permit, whatever is said of it afterwards', () => {
      const { breaker, acquire } = manualBreaker();
      const permit = acquire();
      permit.succeeded();
      for (let again = 0; again < 10; again++) permit.failed(failureOf('server'));
      permit.released();
      expect(breaker.counts).toEqual({ calls: 1, failures: 0, consecutive: 0 });
      const released = acquire();
      released.released();
      released.failed(failureOf('auth'));
      expect(breaker.state).toBe('closed');
    });
  });

  describe('open', () => {
    it('lets nobody through until the time is over', () => {
      const { breaker, fail, clock, changes } = manualBreaker();
      fail(5);
      expect(changes).toEqual([{ from: 'closed', to: 'open', cause: 'server', openMilliseconds: 5000 }]);
      clock.now += 4999;
      expect([breaker.isReady, breaker.waitMilliseconds, breaker.acquire()]).toEqual([false, 1, undefined]);
      clock.now += 1;
      expect([breaker.isReady, breaker.waitMilliseconds, breaker.state]).toEqual([true, 0, 'half_open']);
    });

    it('stays open twice as long each time, up to the longest, and as long as at first after a good while', () => {
      const { breaker, clock, acquire, fail, changes } = manualBreaker();
      fail(5);
      for (let again = 0; again < 7; again++) {
        clock.now += breaker.waitMilliseconds;
        acquire().failed(failureOf('timeout'));
      }
      const times = changes.filter(({ to }) => to === 'open').map(({ openMilliseconds }) => openMilliseconds);
      expect(times).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000, 120_000]);
      clock.now += breaker.waitMilliseconds;
      acquire().succeeded();
      clock.now += 120_001;
      fail(5);
      expect(changes.at(-1)).toMatchObject({ to: 'open', openMilliseconds: 5000 });
    });

    it('is open for longer when it fails again soon after it has closed', () => {
      const { clock, acquire, fail, changes } = halfOpen();
      acquire().succeeded();
      clock.now += 1000;
      fail(5);
      expect(changes.at(-1)).toMatchObject({ from: 'closed', to: 'open', openMilliseconds: 10_000 });
    });

    it('is not taken for well before it was so for as long as it had been open', () => {
      const { breaker, clock, acquire, fail, changes } = manualBreaker({ openMilliseconds: 60_000, windowMilliseconds: 30_000 });
      fail(5);
      clock.now += breaker.waitMilliseconds;
      acquire().succeeded();
      clock.now += 45_000;
      fail(5);
      expect(changes.at(-1)).toMatchObject({ to: 'open', openMilliseconds: 120_000 });
    });

    it('says whose call has opened it, and whose has closed it', () => {
      const { breaker, clock, changes } = manualBreaker();
      const first = { requestId: 'first', route: '/' };
      const second = { requestId: 'second', route: '/' };
      breaker.acquire(first)?.failed(failureOf('auth'));
      clock.now += breaker.waitMilliseconds;
      breaker.acquire(second)?.answered();
      expect(changes.map(({ to, origin }) => [to, origin])).toEqual([
        ['open', first],
        ['half_open', second],
        ['closed', second],
      ]);
    });

    it('stays open as long as the provider says', () => {
      const { changes, fail } = manualBreaker();
      fail(1, 'rate', 7);
      expect(changes[0]).toMatchObject({ cause: 'rate', openMilliseconds: 7350 });
    });

    it('takes no notice of results from before it opened', () => {
      const { breaker, acquire, fail, changes } = manualBreaker();
      const early = [acquire(), acquire(), acquire()] as const;
      fail(5);
      early[0].succeeded();
      early[1].failed(failureOf('auth'));
      early[2].answered();
      expect(breaker.state).toBe('open');
      expect(changes).toHaveLength(1);
    });
  });

  describe('half open', () => {
    it.each([1, 2, 5])('lets exactly %d of fifty callers in the same tick try', (trials) => {
      const { acquireAll, changes } = halfOpen({ trials });
      expect(acquireAll(50)).toHaveLength(trials);
      expect(changes.slice(1)).toEqual([{ from: 'open', to: 'half_open', cause: 'time' }]);
      expect(acquireAll(50)).toHaveLength(0);
    });

    it('closes with the first answer, before all of it is there, and lets everybody through', () => {
      const { breaker, acquireAll, changes } = halfOpen();
      const [first] = acquireAll(50);
      first?.answered();
      expect([breaker.state, breaker.cause]).toEqual(['closed', 'recovered']);
      expect(breaker.counts).toEqual({ calls: 0, failures: 0, consecutive: 0 });
      expect(acquireAll(50)).toHaveLength(50);
      expect(changes.at(-1)).toEqual({ from: 'half_open', to: 'closed', cause: 'recovered' });
    });

    it('counts a trial that breaks after its first answer as any other failure', () => {
      const { breaker, acquire } = halfOpen();
      const trial = acquire();
      trial.answered();
      trial.failed(failureOf('server'));
      expect(breaker.state).toBe('closed');
      expect(breaker.counts).toEqual({ calls: 1, failures: 1, consecutive: 1 });
    });

    it('opens again with any failure, for longer, and forgets the other trial', () => {
      const { breaker, acquireAll, changes, clock } = halfOpen();
      const [one, two] = acquireAll(2);
      one?.failed(failureOf('timeout'));
      expect(changes.at(-1)).toEqual({ from: 'half_open', to: 'open', cause: 'timeout', openMilliseconds: 10_000 });
      two?.succeeded();
      expect(breaker.state).toBe('open');
      clock.now += 10_000;
      expect(acquireAll(50)).toHaveLength(2);
    });

    it.each<[string, (permit: Permit) => void]>([
      ['is released', (permit) => permit.released()],
      ['fails by what is no fault of the provider', (permit) => permit.failed(failureOf('invalid'))],
    ])('gives a slot back once when a trial %s', (_, settle) => {
      const { breaker, acquireAll } = halfOpen();
      const [one] = acquireAll(50);
      for (let again = 0; again < 3; again++) settle(one!);
      one?.answered();
      one?.succeeded();
      expect(breaker.state).toBe('half_open');
      expect(acquireAll(50)).toHaveLength(1);
    });

    it('frees no slot for a result from before the opening', () => {
      const parts = manualBreaker();
      const early = parts.acquire();
      parts.fail(5);
      parts.clock.now += 5000;
      expect(parts.acquireAll(50)).toHaveLength(2);
      early.answered();
      early.succeeded();
      early.released();
      expect(parts.acquireAll(50)).toHaveLength(0);
      expect(parts.breaker.state).toBe('half_open');
    });

    it('frees no slot for a trial of an earlier time', () => {
      const { acquireAll, clock, breaker } = halfOpen();
      const [one, two] = acquireAll(2);
      one?.failed(failureOf('server'));
      clock.now += breaker.waitMilliseconds;
      expect(acquireAll(50)).toHaveLength(2);
      two?.released();
      two?.answered();
      expect(acquireAll(50)).toHaveLength(0);
    });
  });

  describe('by hand', () => {
    it('is held open for good, or for a while, and then tries', () => {
      const { breaker, clock, changes } = manualBreaker();
      breaker.hold();
      clock.now += 1e12;
      expect([breaker.state, breaker.acquire(), breaker.waitMilliseconds]).toEqual(['open', undefined, Number.POSITIVE_INFINITY]);
      breaker.hold(1000);
      expect(changes).toEqual([
        { from: 'closed', to: 'open', cause: 'manual' },
        { from: 'open', to: 'open', cause: 'manual', openMilliseconds: 1000 },
      ]);
      clock.now += 1000;
      expect(breaker.state).toBe('half_open');
    });

    it('closes at once, with nothing counted, and says nothing when it was closed', () => {
      const { breaker, fail, changes } = manualBreaker();
      fail(4);
      breaker.close();
      expect([breaker.counts.calls, changes]).toEqual([0, []]);
      fail(5);
      breaker.close();
      expect([breaker.state, breaker.counts.consecutive]).toEqual(['closed', 0]);
      expect(changes.at(-1)).toEqual({ from: 'open', to: 'closed', cause: 'manual' });
    });

    it('forgets, once closed by hand, how long it was open and how often', () => {
      const { breaker, clock, fail, changes } = manualBreaker();
      fail(5);
      breaker.hold();
      breaker.close();
      fail(5);
      expect(changes.at(-1)).toMatchObject({ to: 'open', openMilliseconds: 5000 });
      breaker.hold();
      breaker.close();
      clock.now += 3_600_000;
      fail(5);
      expect(changes.at(-1)).toMatchObject({ to: 'open', openMilliseconds: 5000 });
    });

    it('tries early where a failure has opened it, not where a person has', () => {
      const { breaker, fail, acquireAll } = manualBreaker();
      breaker.tryEarly();
      expect(breaker.state).toBe('closed');
      fail(1, 'auth');
      breaker.tryEarly();
      expect([breaker.state, breaker.cause]).toEqual(['half_open', 'probe']);
      expect(acquireAll(50)).toHaveLength(2);
      breaker.tryEarly();
      expect(acquireAll(50)).toHaveLength(0);
      breaker.hold(1000);
      breaker.tryEarly();
      expect(breaker.state).toBe('open');
    });
  });
});
