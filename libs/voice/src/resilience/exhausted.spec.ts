import { ExhaustedError, ParlanceError, type ErrorCode, type TraceAttempt } from '@parlance/contracts';
import { failureOf, manualBreaker } from '../__fixtures__/manual-breaker.js';
import { exhausted, type Barred, type Failed } from './exhausted.js';
import { LastCalls } from './last-calls.js';
import { Latency } from './latency.js';

const attempts: TraceAttempt[] = [{ provider: 'a', model: 'm', segment: 0, outcome: 'server', startMilliseconds: 0, milliseconds: 1 }];
const failed = (provider: string, code: ErrorCode, retryAfterSeconds?: number): Failed => ({
  provider,
  failure: failureOf(code, retryAfterSeconds),
});

function barred(provider: string, milliseconds?: number, late = false): Barred {
  const { breaker } = manualBreaker();
  breaker.hold(milliseconds);
  return {
    provider,
    late,
    upstream: { provider, model: 'm', operation: 'speak', fingerprint: 'f', breaker, latency: new Latency(), calls: new LastCalls() },
  };
}

describe('exhausted', () => {
  it('leaves the failure of the only provider in its own words, the last of its calls', () => {
    const details = { provider: 'a', reason: 'why', requestId: 'id', param: 'input', retryAfterSeconds: 3, cause: new Error('deep') };
    const last = new ParlanceError('quota', 'no money', details);
    const error = exhausted([failed('a', 'server'), { provider: 'a', failure: last }], [], attempts);
    expect(error).toBeInstanceOf(ExhaustedError);
    expect(error).toMatchObject({ code: 'quota', message: 'no money', attempts, ...details });
  });

  it('puts several into words of its own, with their codes only', () => {
    const error = exhausted([failed('a', 'auth'), failed('b', 'empty')], [barred('c', 5000), barred('d', 1, true)], attempts);
    expect(error).toMatchObject({
      code: 'unavailable',
      message: 'Every provider of the plan has failed (a: auth, b: empty, c: breaker open, manual, d: no time left). Try again later.',
      cause: { code: 'empty' },
      attempts,
    });
    expect(error.message).not.toContain('A failure');
  });

  it.each<[ErrorCode, ErrorCode]>([
    ['timeout', 'timeout'],
    ['quota', 'quota'],
    ['rate', 'rate'],
    ['unsupported', 'unsupported'],
    ['server', 'unavailable'],
    ['empty', 'unavailable'],
  ])('says of several that all failed by %s: %s', (code, whole) => {
    expect(exhausted([failed('a', code), failed('b', code)], [], attempts).code).toBe(whole);
    expect(exhausted([failed('a', code)], [barred('b')], attempts).code).toBe('unavailable');
  });

  it('tells when the first of them may be asked again, in whole seconds', () => {
    expect(exhausted([failed('a', 'rate', 30), failed('b', 'rate', 2.1)], [barred('c', 9000)], attempts).retryAfterSeconds).toBe(3);
    expect(exhausted([failed('a', 'rate', 30)], [barred('c', 200)], attempts).retryAfterSeconds).toBe(1);
    expect(exhausted([failed('a', 'server'), failed('b', 'server')], [], attempts).retryAfterSeconds).toBeUndefined();
    expect(exhausted([failed('a', 'server')], [barred('b')], attempts).retryAfterSeconds).toBeUndefined();
  });

  it('says so when nobody could be asked', () => {
    expect(exhausted([], [barred('a', 1500), barred('b')], [])).toMatchObject({
      code: 'unavailable',
      message: 'No provider of the plan is asked just now (a: breaker open, manual, b: breaker open, manual). Try again later.',
      retryAfterSeconds: 2,
    });
    expect(exhausted([], [barred('a', 1500, true)], [])).toMatchObject({ code: 'timeout', attempts: [] });
    const busy = manualBreaker();
    busy.fail(5);
    busy.clock.now += 10_000;
    busy.acquireAll(2);
    const trying: Barred = { ...barred('c'), upstream: { ...barred('c').upstream, breaker: busy.breaker } };
    expect(exhausted([], [trying], [])).toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
  });

  it('says so where their own limits of requests let nobody be asked', () => {
    const limited = (provider: string, limitedSeconds: number): Barred => ({ ...barred(provider), limitedSeconds });
    expect(exhausted([], [limited('a', 40), limited('b', 12.5)], attempts)).toMatchObject({
      code: 'rate',
      message:
        'No provider of the plan is asked just now (a: its limit of requests is reached, b: its limit of requests is reached). Try again later.',
      retryAfterSeconds: 13,
      attempts,
    });
    expect(exhausted([], [limited('a', 40), barred('b', 30_000)], [])).toMatchObject({ code: 'unavailable', retryAfterSeconds: 30 });
    expect(exhausted([], [], [])).toMatchObject({ code: 'unavailable', retryAfterSeconds: undefined });
  });

  it('says that the time is over where one of them was not asked for that', () => {
    expect(exhausted([], [barred('a', 1500), barred('b', 1500, true)], attempts)).toMatchObject({
      code: 'timeout',
      retryAfterSeconds: undefined,
      attempts,
    });
  });

  it('leaves it to the recording where the only one that could be asked found no words', () => {
    const { failure } = failed('a', 'no_speech');
    expect(exhausted([{ provider: 'a', failure }], [], attempts)).toBe(failure);
    expect(exhausted([{ provider: 'a', failure }, failed('b', 'timeout')], [], attempts).code).toBe('unavailable');
  });

  it('says what is wrong with a text that nobody can read', () => {
    const unreadable = new ParlanceError('unsupported', 'not my script', { reason: 'nothing_speakable', param: 'input' });
    const other = new ParlanceError('unsupported', 'nor mine', { reason: 'nothing_speakable' });
    expect(
      exhausted(
        [
          { provider: 'a', failure: unreadable },
          { provider: 'b', failure: other },
        ],
        [barred('c')],
        attempts,
      ),
    ).toBe(unreadable);
    expect(exhausted([{ provider: 'a', failure: unreadable }, failed('b', 'server')], [], attempts).code).toBe('unavailable');
  });

  it('can tell where a recording was kept', () => {
    const error = exhausted([failed('a', 'rate', 4)], [], attempts) as ExhaustedError;
    const kept = error.withRecording('abc');
    expect(kept).toMatchObject({ code: 'rate', recordingId: 'abc', retryAfterSeconds: 4, attempts });
    expect(kept.message).toContain('The recording is kept as abc');
  });
});
