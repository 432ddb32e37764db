import * as fc from 'fast-check';
import type { ErrorCode } from '@parlance/contracts';
import { failureOf, manualBreaker } from '../__fixtures__/manual-breaker.js';
import type { Permit } from './circuit-breaker.js';

describe('CircuitBreaker, whatever the order of events', () => {
  it('never gets stuck and never lets more than its trials through', () => {
    const code = fc.constantFrom<ErrorCode>('server', 'timeout', 'empty', 'rate', 'auth', 'quota', 'invalid', 'no_speech');
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.constant({ do: 'acquire' as const }) },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constantFrom('answered' as const, 'succeeded' as const, 'released' as const), which: fc.nat(30) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('failed' as const),
          which: fc.nat(30),
          code,
          hint: fc.option(fc.nat(100), { nil: undefined }),
        }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), milliseconds: fc.nat(20_000) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constantFrom('hold' as const, 'close' as const, 'tryEarly' as const), milliseconds: fc.nat(20_000) }),
      },
    );
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 80 }),
        fc.integer({ min: 1, max: 3 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (steps, trials, random) => {
          const { breaker, clock, changes } = manualBreaker({ trials, consecutiveFailures: 2, minimumCalls: 3 });
          clock.random = random;
          const permits: Permit[] = [];
          // The model: which permits are trials that nobody has settled since the last change.
          const running = new Set<Permit>();
          let seen = 0;
          const follow = () => {
            if (changes.length > seen) running.clear();
            seen = changes.length;
          };
          for (const one of steps) {
            const ready = breaker.state === 'closed' || (breaker.state === 'half_open' && running.size < trials);
            expect(breaker.isReady).toBe(ready);
            if (one.do === 'acquire') {
              const permit = breaker.acquire();
              follow();
              expect(permit !== undefined).toBe(ready);
              if (permit !== undefined) permits.push(permit);
              if (permit !== undefined && breaker.state === 'half_open') running.add(permit);
            } else if ('which' in one) {
              const permit = permits[one.which];
              if (permit === undefined) continue;
              if (one.do === 'failed') permit.failed(failureOf(one.code, one.hint));
              else permit[one.do]();
              running.delete(permit);
            } else if (one.do === 'wait') clock.now += one.milliseconds;
            else if (one.do === 'hold') breaker.hold(one.milliseconds);
            else breaker[one.do]();
            follow();
            expect(running.size).toBeLessThanOrEqual(trials);
          }
          for (const permit of permits) permit.released();
          clock.now += 2 * 3_600_000;
          const last = breaker.acquire();
          expect(last).toBeDefined();
          last?.succeeded();
          expect(breaker.state).toBe('closed');
        },
      ),
      { numRuns: 500 },
    );
  });
});
