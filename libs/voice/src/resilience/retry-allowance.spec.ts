import { failureOf } from '../__fixtures__/manual-breaker.js';
import { Deadline } from './deadline.js';
import { RetryAllowance, type RetrySituation } from './retry-allowance.js';

const soon = (situation: Partial<RetrySituation> = {}): RetrySituation => ({
  failure: failureOf('timeout'),
  retries: 0,
  took: 10,
  othersLeft: false,
  barredFor: 0,
  deadline: new Deadline(60_000),
  ...situation,
});

describe('RetryAllowance', () => {
  const half = () => 0.5;

  it('gives as many retries as there are, over all providers', () => {
    const allowance = new RetryAllowance(2, half);
    expect([1, 2, 3].map(() => allowance.take(soon()))).toEqual([100, 100, undefined]);
    expect(new RetryAllowance(0, half).take(soon())).toBeUndefined();
  });

  it('takes none where it refuses', () => {
    const allowance = new RetryAllowance(1, half);
    expect(allowance.take(soon({ failure: failureOf('auth') }))).toBeUndefined();
    expect(allowance.take(soon({ retries: 2 }))).toBeUndefined();
    expect(allowance.take(soon({ deadline: new Deadline(0) }))).toBeUndefined();
    expect(allowance.take(soon())).toBe(100);
  });

  it.each([
    'invalid',
    'too_large',
    'not_found',
    'unsupported',
    'auth',
    'permission',
    'quota',
    'no_speech',
    'aborted',
    'unavailable',
  ] as const)('never repeats what failed by %s', (code) => {
    expect(new RetryAllowance(9, half).take(soon({ failure: failureOf(code) }))).toBeUndefined();
  });

  it.each([
    ['timeout', 2],
    ['rate', 2],
    ['server', 1],
    ['empty', 1],
  ] as const)('repeats what failed by %s at the most %d times with one provider', (code, most) => {
    const granted = [0, 1, 2, 3].filter(
      (retries) => new RetryAllowance(9, half).take(soon({ failure: failureOf(code), retries })) !== undefined,
    );
    expect(granted).toHaveLength(most);
  });

  it('pauses at random up to a limit that doubles', () => {
    const pause = (random: number, retries: number) => new RetryAllowance(9, () => random).take(soon({ retries }));
    expect([pause(0, 0), pause(0.25, 0), pause(1, 0)]).toEqual([0, 50, 200]);
    expect([pause(0, 1), pause(0.25, 1), pause(1, 1)]).toEqual([0, 100, 400]);
  });

  it('waits as long as the provider says, within the deadline', () => {
    const failure = failureOf('rate', 3);
    expect(new RetryAllowance(9, half).take(soon({ failure }))).toBe(3010);
    expect(new RetryAllowance(9, half).take(soon({ failure, deadline: new Deadline(3000) }))).toBeUndefined();
    expect(new RetryAllowance(9, half).take(soon({ failure: failureOf('rate') }))).toBe(1100);
  });

  it('waits for a breaker that a refusal has opened, and for no other', () => {
    const take = (situation: Partial<RetrySituation>) => new RetryAllowance(9, half).take(soon({ barredFor: 4000, ...situation }));
    expect(take({ failure: failureOf('rate') })).toBe(4001);
    expect(take({ failure: failureOf('rate', 5) })).toBe(5010);
    expect(take({ failure: failureOf('rate'), deadline: new Deadline(4000) })).toBeUndefined();
    expect(take({ failure: failureOf('rate'), barredFor: Number.POSITIVE_INFINITY })).toBeUndefined();
    expect(take({ failure: failureOf('timeout') })).toBeUndefined();
  });

  it('asks somebody else rather than wait long', () => {
    const take = (situation: Partial<RetrySituation>) => new RetryAllowance(9, half).take(soon({ othersLeft: true, ...situation }));
    expect(take({})).toBe(100);
    expect(take({ took: 501 })).toBeUndefined();
    expect(take({ failure: failureOf('rate') })).toBeUndefined();
    expect(take({ failure: failureOf('server', 1) })).toBeUndefined();
  });
});
