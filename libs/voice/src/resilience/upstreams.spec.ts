import type { SpeechProvider } from '@parlance/contracts';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { Upstreams, type UpstreamEvent } from './upstreams.js';

/** More than fit. */
const MANY = 10_050;

describe('Upstreams', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0 }));
  afterEach(() => jest.useRealTimers());

  const provider = (name: string) => ({ name }) as SpeechProvider;
  const setUp = (breaker = {}) => {
    const prints = new Map<object, string>();
    const fingerprint = (port: { name: string }) => prints.get(port) ?? port.name;
    const upstreams = new Upstreams({ fingerprint }, { resilience: { breaker } });
    const events: UpstreamEvent[] = [];
    const unsubscribe = upstreams.subscribe((event) => events.push(event));
    const fail = (name: string, code: Parameters<typeof failureOf>[0], model = 'm') =>
      upstreams.of(provider(name), model, 'speak').breaker.acquire()?.failed(failureOf(code));
    return { upstreams, prints, events, unsubscribe, fail };
  };

  it('knows the same model of the same account for the same operation as one', () => {
    const { upstreams, prints } = setUp();
    const [one, other] = [provider('a'), provider('a')];
    const first = upstreams.of(one, 'm', 'speak');
    expect(upstreams.of(other, 'm', 'speak')).toBe(first);
    prints.set(other, 'other credentials');
    const others = [
      upstreams.of(other, 'm', 'speak'),
      upstreams.of(one, 'n', 'speak'),
      upstreams.of(one, 'm', 'transcribe'),
      upstreams.of(provider('b'), 'm', 'speak'),
    ];
    expect(new Set([first, ...others]).size).toBe(5);
    first.breaker.acquire()?.failed(failureOf('auth'));
    expect(others.map(({ breaker }) => breaker.state)).toEqual(['closed', 'closed', 'closed', 'closed']);
  });

  it('opens with the settings it was given', () => {
    const { upstreams, fail } = setUp({ consecutiveFailures: 2 });
    fail('a', 'server');
    fail('a', 'server');
    expect(upstreams.of(provider('a'), 'm', 'speak').breaker.state).toBe('open');
  });

  it('reports everything that was asked for of one provider', () => {
    const { upstreams, fail } = setUp();
    const { breaker, latency } = upstreams.of(provider('a'), 'm', 'speak');
    breaker.acquire()?.succeeded();
    latency.add(12.34);
    fail('a', 'quota', 'n');
    upstreams.of(provider('b'), 'm', 'speak');
    expect(upstreams.report('a')).toEqual([
      {
        model: 'm',
        operation: 'speak',
        breaker: { state: 'closed', calls: 1, failures: 0, consecutiveFailures: 0 },
        latency: { median: 12.3 },
      },
      {
        model: 'n',
        operation: 'speak',
        breaker: { state: 'open', cause: 'quota', openForMilliseconds: expect.any(Number), calls: 1, failures: 1, consecutiveFailures: 1 },
        latency: {},
      },
    ]);
    upstreams.hold('b');
    expect(upstreams.report('b')[0]?.breaker).toEqual({ state: 'open', cause: 'manual', calls: 0, failures: 0, consecutiveFailures: 0 });
  });

  describe('by hand', () => {
    it('holds all breakers of a provider open, and those that come later, and nobody else', () => {
      const { upstreams } = setUp();
      const before = upstreams.of(provider('a'), 'm', 'speak');
      upstreams.hold('a');
      const later = upstreams.of(provider('a'), 'n', 'transcribe');
      expect([before.breaker.state, later.breaker.state, upstreams.isHeld('a')]).toEqual(['open', 'open', true]);
      expect([upstreams.of(provider('b'), 'm', 'speak').breaker.state, upstreams.isHeld('b')]).toEqual(['closed', false]);
      upstreams.close('a');
      expect([before.breaker.state, later.breaker.state, upstreams.isHeld('a')]).toEqual(['closed', 'closed', false]);
      expect(upstreams.of(provider('a'), 'o', 'speak').breaker.state).toBe('closed');
    });

    it('holds for a while: those that come later only for what is left of it', () => {
      const { upstreams } = setUp();
      upstreams.hold('a', 1000);
      jest.advanceTimersByTime(400);
      expect(upstreams.of(provider('a'), 'm', 'speak').breaker.waitMilliseconds).toBeCloseTo(600, 3);
      jest.advanceTimersByTime(600);
      expect([upstreams.of(provider('a'), 'm', 'speak').breaker.state, upstreams.isHeld('a')]).toEqual(['half_open', false]);
      expect(upstreams.of(provider('a'), 'n', 'speak').breaker.state).toBe('closed');
    });

    it('forgets with a reset what was counted and timed', () => {
      const { upstreams, fail, events } = setUp();
      fail('a', 'auth');
      upstreams.of(provider('b'), 'm', 'speak').latency.add(5);
      upstreams.of(provider('a'), 'm', 'speak').latency.add(5);
      upstreams.reset('a');
      expect(events.at(-1)).toMatchObject({ to: 'closed', cause: 'manual' });
      expect(upstreams.report('a')).toEqual([]);
      expect(upstreams.report('b')).toHaveLength(1);
      expect(upstreams.of(provider('a'), 'm', 'speak').latency.median).toBeUndefined();
    });
  });

  describe('after a probe', () => {
    it('lets those try early that one of the causes has opened', () => {
      const { upstreams, fail } = setUp();
      fail('a', 'auth', 'm');
      fail('a', 'quota', 'n');
      fail('b', 'auth', 'm');
      expect(upstreams.longestOpen('a', ['auth'])).toBeLessThanOrEqual(72_000);
      upstreams.tryEarly('a', ['auth', 'server']);
      const states = upstreams.report('a').map(({ breaker }) => breaker.state);
      expect(states).toEqual(['half_open', 'open']);
      expect(upstreams.of(provider('b'), 'm', 'speak').breaker.state).toBe('open');
      expect([upstreams.longestOpen('a', ['auth']), upstreams.longestOpen('nobody', ['auth'])]).toEqual([0, 0]);
    });
  });

  describe('events', () => {
    it('tells whoever listens, until they leave', () => {
      const { events, unsubscribe, fail, upstreams } = setUp();
      fail('a', 'rate');
      expect(events).toEqual([
        {
          upstream: { provider: 'a', model: 'm', operation: 'speak', fingerprint: 'a' },
          alert: false,
          from: 'closed',
          to: 'open',
          cause: 'rate',
          openMilliseconds: expect.any(Number),
        },
      ]);
      unsubscribe();
      upstreams.close('a');
      expect(events).toHaveLength(1);
    });

    it.each(['auth', 'permission', 'quota'] as const)('raises the alarm once after %s, however often it opens again', (code) => {
      const { events, fail } = setUp();
      for (let again = 0; again < 3; again++) {
        fail('a', code);
        jest.advanceTimersByTime(1_200_000);
      }
      expect(events.filter(({ to }) => to === 'open')).toHaveLength(3);
      expect(events.filter(({ alert }) => alert)).toMatchObject([{ to: 'open', cause: code }]);
    });

    it('raises it again for what happens after it was well', () => {
      const { events, fail, upstreams } = setUp();
      fail('a', 'quota');
      upstreams.close('a');
      fail('a', 'quota');
      expect(events.filter(({ alert }) => alert)).toHaveLength(2);
    });

    it('raises it for refused credentials that are found by a trial after another failure', () => {
      const { events, fail } = setUp();
      for (let again = 0; again < 5; again++) fail('a', 'server');
      jest.advanceTimersByTime(10_000);
      fail('a', 'auth');
      expect(events.map(({ cause, alert }) => [cause, alert])).toEqual([
        ['server', false],
        ['time', false],
        ['auth', true],
      ]);
    });

    it('lets no listener that fails harm the request or the other listeners', () => {
      const { upstreams, fail } = setUp();
      upstreams.subscribe(() => {
        throw new Error('a listener is broken');
      });
      const later: UpstreamEvent[] = [];
      upstreams.subscribe((event) => later.push(event));
      expect(() => fail('a', 'auth')).not.toThrow();
      expect(later).toHaveLength(1);
    });
  });

  describe('with more names than fit', () => {
    it('forgets those that were asked for longest ago', () => {
      const { upstreams } = setUp();
      const first = upstreams.of(provider('a'), 'first', 'speak');
      for (let index = 0; index < MANY; index++) {
        upstreams.of(provider('a'), `m${index}`, 'speak');
        if (index % 5000 === 0) upstreams.of(provider('a'), 'first', 'speak');
      }
      expect(upstreams.report('a')).toHaveLength(10_000);
      expect(upstreams.of(provider('a'), 'first', 'speak')).toBe(first);
      expect(upstreams.report('a').map(({ model }) => model)).not.toContain('m0');
    });

    it('remembers one that is open longer than those that are closed', () => {
      const { upstreams, fail } = setUp();
      fail('a', 'auth', 'broken');
      for (let index = 0; index < MANY; index++) upstreams.of(provider('a'), `m${index}`, 'speak');
      expect(upstreams.of(provider('a'), 'broken', 'speak').breaker.state).toBe('open');
    });

    it('keeps to its bound even when all of them are open', () => {
      const { upstreams } = setUp();
      upstreams.hold('a');
      for (let index = 0; index < MANY; index++) upstreams.of(provider('a'), `m${index}`, 'speak');
      expect(upstreams.report('a')).toHaveLength(10_000);
      // Held is held, whatever was forgotten.
      expect(upstreams.of(provider('a'), 'm0', 'speak').breaker.state).toBe('open');
    });
  });
});
