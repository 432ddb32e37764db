import { failureOf } from '../__fixtures__/manual-breaker.js';
import { answers, planBench, throws } from '../__fixtures__/plan-bench.js';
import { LastCalls } from './last-calls.js';

describe('LastCalls', () => {
  it('knows when a call worked last, and of which kind the last failure was', () => {
    const calls = new LastCalls();
    expect([calls.lastSuccess, calls.lastError, calls.lastWorked]).toEqual([undefined, undefined, undefined]);
    calls.failed('timeout');
    expect([calls.lastError?.code, calls.lastWorked]).toEqual(['timeout', false]);
    calls.succeeded();
    expect([calls.lastSuccess, calls.lastError?.at, calls.lastWorked]).toEqual([expect.any(Date), expect.any(Date), true]);
  });

  it('does not take the fault of a request for one of who was asked', () => {
    const calls = new LastCalls();
    calls.succeeded();
    for (const code of ['invalid', 'too_large', 'unsupported', 'no_speech'] as const) calls.failed(code);
    expect([calls.lastError?.code, calls.lastWorked]).toEqual(['no_speech', true]);
    calls.failed('not_found');
    expect(calls.lastWorked).toBe(false);
  });

  it('is told of every call of a plan, also of one that is not to blame, and of audio that breaks off', async () => {
    const bench = planBench({ a: throws(failureOf('server')), b: throws(failureOf('timeout')), c: answers('c') });
    const { permit } = await bench.run();
    const of = (name: string) => bench.upstreamOf(name).calls;
    expect(['a', 'b', 'c'].map((name) => [of(name).lastError?.code, of(name).lastWorked])).toEqual([
      ['server', false],
      ['timeout', false],
      [undefined, true],
    ]);
    permit.failed(failureOf('empty'));
    expect([of('c').lastError?.code, of('c').lastWorked, of('c').lastSuccess]).toEqual(['empty', false, expect.any(Date)]);
    expect(bench.upstreamOf('c').breaker.counts.failures).toBe(1);
  });
});
