import type { ErrorCode, SpeechProvider } from '@parlance/contracts';
import type { ProviderFactory } from '@parlance/providers';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { RecoveryProbe } from './recovery-probe.js';
import { Upstreams } from './upstreams.js';

describe('RecoveryProbe', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    // No jitter: breakers that open together are open for the same time.
    jest.spyOn(Math, 'random').mockReturnValue(0.5);
  });
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  const setUp = (answer: (signal: AbortSignal) => Promise<boolean>) => {
    const asked: { name: string; at: number; signal: AbortSignal }[] = [];
    const factory = {
      // One of somebody's own goes by another name than the configured one.
      fingerprint: ({ name, own }: { name: string; own?: string }) => own ?? name,
      fingerprintOf: (name: string) => name,
      probe: async (name: string, signal: AbortSignal) => {
        asked.push({ name, at: performance.now(), signal });
        return answer(signal);
      },
    } as unknown as ProviderFactory;
    const upstreams = new Upstreams(factory, { resilience: { breaker: { consecutiveFailures: 1 } } });
    const probe = new RecoveryProbe(upstreams, factory);
    const breakerOf = (name: string, model = 'm') => upstreams.of({ name } as SpeechProvider, model, 'speak').breaker;
    const fail = (code: ErrorCode, name = 'a', model = 'm') => breakerOf(name, model).acquire()?.failed(failureOf(code));
    return { asked, upstreams, probe, breakerOf, fail };
  };
  const well = () => Promise.resolve(true);
  const ill = () => Promise.reject(failureOf('server'));

  it.each(['server', 'timeout', 'empty', 'auth'] as const)(
    'asks before the time is over after %s, and lets real requests try',
    async (code) => {
      const { asked, breakerOf, fail } = setUp(well);
      fail(code);
      const wait = breakerOf('a').waitMilliseconds;
      await jest.advanceTimersByTimeAsync(Math.min(wait * 0.8, 30_000) + 1);
      expect(asked.map(({ name }) => name)).toEqual(['a']);
      expect([breakerOf('a').state, breakerOf('a').cause]).toEqual(['half_open', 'probe']);
      await jest.advanceTimersByTimeAsync(3_600_000);
      expect(asked).toHaveLength(1);
    },
  );

  it.each(['quota', 'rate', 'permission'] as const)('does not ask after %s: the answer says nothing about it', async (code) => {
    const { asked, fail } = setUp(well);
    fail(code);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(asked).toEqual([]);
  });

  it('neither asks for an account of somebody else, nor lets it try early', async () => {
    const { asked, upstreams, breakerOf, fail } = setUp(well);
    const own = upstreams.of({ name: 'a', own: 'b' } as unknown as SpeechProvider, 'm', 'speak').breaker;
    own.acquire()?.failed(failureOf('auth'));
    await jest.advanceTimersByTimeAsync(20_000);
    fail('auth');
    await jest.advanceTimersByTimeAsync(20_000);
    expect([asked.length, own.state, breakerOf('a').state]).toEqual([0, 'open', 'open']);
    await jest.advanceTimersByTimeAsync(11_000);
    expect([asked.length, own.state, breakerOf('a').state]).toEqual([1, 'open', 'half_open']);
  });

  it('does not ask about what is held open by hand', async () => {
    const { asked, upstreams, breakerOf } = setUp(well);
    breakerOf('a');
    upstreams.hold('a', 60_000);
    await jest.advanceTimersByTimeAsync(120_000);
    expect(asked).toEqual([]);
  });

  it('asks a vendor once for all of its breakers', async () => {
    const { asked, fail, breakerOf } = setUp(well);
    for (const model of ['m', 'n', 'o']) fail('server', 'a', model);
    fail('server', 'b');
    await jest.advanceTimersByTimeAsync(5900);
    expect(asked.map(({ name }) => name).toSorted()).toEqual(['a', 'b']);
    expect(['m', 'n', 'o'].map((model) => breakerOf('a', model).cause)).toEqual(['probe', 'probe', 'probe']);
  });

  it('leaves the breaker open while the vendor does not answer well, and asks again while it is open', async () => {
    const { asked, fail, breakerOf } = setUp(ill);
    fail('auth');
    await jest.advanceTimersByTimeAsync(30_001);
    expect([asked.length, breakerOf('a').state]).toEqual([1, 'open']);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(asked.length).toBeGreaterThan(1);
    expect(breakerOf('a').cause).toBe('auth');
  });

  it('does not ask about what was closed meanwhile', async () => {
    const { asked, upstreams, breakerOf, fail } = setUp(well);
    fail('auth');
    upstreams.close('a');
    expect([breakerOf('a').state, jest.getTimerCount()]).toEqual(['closed', 0]);
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(asked).toEqual([]);
  });

  it('asks once at a time for a breaker that has closed and opened again while it was asked for', async () => {
    const answers: ((isWell: boolean) => void)[] = [];
    const { asked, upstreams, fail } = setUp(() => new Promise((resolve) => answers.push(resolve)));
    fail('auth');
    await jest.advanceTimersByTimeAsync(30_001);
    upstreams.close('a');
    fail('auth');
    answers[0]?.(false);
    await jest.advanceTimersByTimeAsync(31_000);
    expect(asked).toHaveLength(2);
  });

  it('lets nobody try where there is nothing to ask', async () => {
    const { fail, breakerOf } = setUp(() => Promise.resolve(false));
    fail('server');
    await jest.advanceTimersByTimeAsync(3_600_000);
    expect(breakerOf('a').cause).toBe('server');
  });

  it('leaves nothing behind at the end', async () => {
    const { asked, fail, probe } = setUp(
      (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(failureOf('aborted')))),
    );
    fail('auth');
    fail('auth', 'b');
    await jest.advanceTimersByTimeAsync(30_001);
    fail('auth', 'c');
    expect(asked).toHaveLength(2);
    probe.onModuleDestroy();
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    await jest.advanceTimersByTimeAsync(3_600_000);
    fail('auth', 'd');
    expect([asked.length, jest.getTimerCount()]).toEqual([2, 0]);
  });

  it('keeps no process alive', () => {
    jest.useRealTimers();
    const set = jest.spyOn(globalThis, 'setTimeout');
    const { fail, probe } = setUp(well);
    fail('auth');
    const timers = set.mock.results.map(({ value }) => value as NodeJS.Timeout);
    expect(timers.map((timer) => timer.hasRef())).toEqual([false]);
    probe.onModuleDestroy();
  });

  it('gives up on a vendor that does not answer, whatever its client makes of the signal', async () => {
    const { asked, fail } = setUp(() => new Promise(() => undefined));
    fail('auth');
    await jest.advanceTimersByTimeAsync(30_001);
    expect(asked[0]?.signal.aborted).toBe(false);
    await jest.advanceTimersByTimeAsync(5000);
    expect(asked[0]?.signal.aborted).toBe(true);
    await jest.advanceTimersByTimeAsync(30_000);
    expect(asked.length).toBeGreaterThan(1);
  });

  it('does not ask more and more often towards the end', async () => {
    const { asked, fail } = setUp(ill);
    fail('server');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(2);
  });
});
