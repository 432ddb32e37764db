import * as fc from 'fast-check';
import { ParlanceError, type ErrorCode } from '@parlance/contracts';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { freeTrials, planBench, type Reply } from '../__fixtures__/plan-bench.js';

const NAMES = ['a', 'b', 'c'] as const;

type Behaviour = { how: 'answers' | 'fails' | 'breaks' | 'waits' | 'hangs'; code: ErrorCode; ticks: number };

const behaviour = fc.record<Behaviour>({
  how: fc.constantFrom('answers', 'answers', 'fails', 'fails', 'breaks', 'waits', 'hangs'),
  code: fc.constantFrom<ErrorCode>('server', 'timeout', 'empty', 'rate', 'auth', 'unsupported', 'no_speech', 'invalid'),
  ticks: fc.nat(4),
});

const tick = () => new Promise((resolve) => setImmediate(resolve));

async function ticks(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await tick();
}

describe('PlanExecutor, whatever providers and callers do', () => {
  it('comes to an end, settles every permit, and hands every answer to exactly one', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(...NAMES.map(() => fc.array(behaviour, { minLength: 1, maxLength: 3 }))),
        fc.record({ retries: fc.nat(2), hedgedShare: fc.constantFrom(0, 1), leavesAfter: fc.option(fc.nat(6), { nil: undefined }) }),
        async (behaviours, { retries, hedgedShare, leavesAfter }) => {
          const given: string[] = [];
          const replyOf =
            ({ how, code, ticks: delay }: Behaviour): Reply =>
            async (signal) => {
              await ticks(delay);
              if (how === 'fails') throw failureOf(code);
              if (how === 'breaks') throw new TypeError('broken');
              if (how === 'hangs') return new Promise(() => undefined);
              if (how === 'waits') {
                return new Promise((_, reject) => {
                  if (signal.aborted) reject(failureOf('aborted'));
                  else signal.addEventListener('abort', () => reject(failureOf('aborted')));
                });
              }
              given.push(`answer ${given.length}`);
              return given.at(-1)!;
            };
          const replies = Object.fromEntries(NAMES.map((name, index) => [name, behaviours[index]!.map(replyOf)]));
          const limits = { retries, hedgedShare, firstByteMilliseconds: 6, deadlineMilliseconds: 40 };
          const { run, halfOpen, upstreamOf, answeredWithin, discarded, account, calls } = planBench(replies, limits);
          answeredWithin('a', 1);
          halfOpen(...NAMES);
          const caller = new AbortController();
          if (leavesAfter !== undefined) void ticks(leavesAfter).then(() => caller.abort());
          const outcome = await run({}, caller.signal).then(
            (served) => served,
            (error: unknown) => error,
          );
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(ParlanceError);
          else (outcome as Awaited<ReturnType<typeof run>>).permit.succeeded();
          // Whoever answers late does so by now.
          await ticks(8);
          for (const name of NAMES) {
            const { breaker } = upstreamOf(name);
            if (breaker.state === 'half_open') expect([name, freeTrials(breaker)]).toEqual([name, 2]);
          }
          const taken = outcome instanceof Error ? [] : [(outcome as { result: string }).result];
          expect([...taken, ...discarded].toSorted()).toEqual(given.toSorted());
          expect(account.trace.attempts).toHaveLength(calls.length);
        },
      ),
      { numRuns: 300 },
    );
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
