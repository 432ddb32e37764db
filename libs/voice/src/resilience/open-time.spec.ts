import * as fc from 'fast-check';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { DEFAULT_BREAKER } from './breaker-settings.js';
import { openTime } from './open-time.js';

const middle = 0.5;
const HOUR = 3_600_000;

describe('openTime', () => {
  it.each([
    ['server', 5000, 10_000, 120_000],
    ['timeout', 5000, 10_000, 120_000],
    ['rate', 1000, 2000, 120_000],
    ['auth', 60_000, 120_000, 900_000],
    ['quota', 60_000, 120_000, 900_000],
  ] as const)('after %s: %d ms, then %d, at the most %d', (code, first, second, longest) => {
    const times = [0, 1, 1000].map((repeats) => openTime(failureOf(code), repeats, DEFAULT_BREAKER, middle));
    expect(times).toEqual([first, second, longest]);
  });

  it('spreads by a fifth to both sides', () => {
    const [least, most] = [0, 1].map((random) => openTime(failureOf('server'), 0, DEFAULT_BREAKER, random));
    expect(least).toBeCloseTo(4000, 6);
    expect(most).toBeCloseTo(6000, 6);
  });

  it('goes by what the provider says where that is shorter, too, but not for nothing', () => {
    expect(openTime(failureOf('server', 2), 5, DEFAULT_BREAKER, 0)).toBe(2000);
    expect(openTime(failureOf('rate', 0), 0, DEFAULT_BREAKER, 0)).toBe(100);
  });

  it('is at least as long as usual for what somebody has to mend', () => {
    expect(openTime(failureOf('quota', 1), 0, DEFAULT_BREAKER, middle)).toBe(60_000);
  });

  it('never undercuts what the provider says, and believes it no more than an hour', () => {
    const code = fc.constantFrom('server', 'rate', 'auth', 'quota', 'empty' as const);
    fc.assert(
      fc.property(code, fc.nat(100_000), fc.nat(50), fc.double({ min: 0, max: 1, noNaN: true }), (kind, hint, repeats, random) => {
        const time = openTime(failureOf(kind, hint), repeats, DEFAULT_BREAKER, random);
        expect(time).toBeGreaterThanOrEqual(Math.min(hint * 1000, HOUR));
        expect(time).toBeLessThanOrEqual(HOUR * 1.2);
      }),
    );
  });
});
