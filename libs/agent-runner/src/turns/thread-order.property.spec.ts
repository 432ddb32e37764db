import { randomUUID } from 'node:crypto';
import { describeWithRedis } from '@parlance/testing';
import * as fc from 'fast-check';
import { OrderedReplicas } from './__fixtures__/ordered-replicas.js';
import type { ThreadOrder } from './thread-order.js';

/** What happens in two threads over two processes. */
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      enter: fc.nat(1),
      thread: fc.nat(1),
      id: fc.nat(30),
      secondMessage: fc.constantFrom('wait' as const, 'wait' as const, 'cancel' as const),
      /** Milliseconds after which the caller leaves. */
      patience: fc.option(fc.nat(20)),
      works: fc.nat(5),
    }),
  },
  { weight: 2, arbitrary: fc.record({ wait: fc.nat(8) }) },
);

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function describeProperty(name: string, url: () => string | undefined, processes: number): void {
  describe(`ThreadOrder ${name}`, () => {
    const replicas = new OrderedReplicas();
    let orders: ThreadOrder[];
    beforeAll(() => {
      orders = Array.from({ length: processes }, () => replicas.start(url(), { leaseMilliseconds: 20_000, lookMilliseconds: 5 }));
    });
    afterAll(() => replicas.close());

    it('runs one turn of a thread at a time, in the order of arrival in each process, and everybody ends', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          const salt = randomUUID();
          const running = new Map<string, number>();
          const begun = new Map<string, number[]>();
          const turns: Promise<string>[] = [];
          for (const [arrival, action] of steps.entries()) {
            if ('wait' in action) {
              await pause(action.wait);
              continue;
            }
            const thread = `${salt} ${action.thread}`;
            const process = action.enter % processes;
            const signal = action.patience === null ? new AbortController().signal : AbortSignal.timeout(action.patience);
            const run = async () => {
              const place = await orders[process]!.enter(thread, { id: `${action.id}`, secondMessage: action.secondMessage }, signal);
              if (place.cancelledBy !== undefined) {
                void place.leave();
                expect([place.signal.aborted, place.cancelledBy === `${action.id}`]).toEqual([true, false]);
                return 'cancelled';
              }
              running.set(thread, (running.get(thread) ?? 0) + 1);
              expect(running.get(thread)).toBe(1);
              const line = `${thread} ${process}`;
              begun.set(line, [...(begun.get(line) ?? []), arrival]);
              await pause(action.works);
              expect(running.get(thread)).toBe(1);
              running.set(thread, 0);
              void place.leave();
              return 'ran';
            };
            const turn = run();
            // Its end is looked at below; one that is left before that is not one that nobody looks at.
            turn.catch(() => undefined);
            turns.push(turn);
          }
          const ends = await Promise.allSettled(turns);
          for (const end of ends) if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'aborted' });
          for (const arrivals of begun.values()) expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
          expect(orders.map(({ size }) => size)).toEqual(orders.map(() => 0));
        }),
        { numRuns: 60 },
      );
    });
  });
}

describeProperty('without Redis', () => undefined, 1);
describeWithRedis((url) => describeProperty('with Redis', url, 2));
