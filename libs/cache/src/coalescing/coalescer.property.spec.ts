import { AbortedError } from '@parlance/contracts';
import * as fc from 'fast-check';
import { ManualSource, readAll, settle } from './__fixtures__/manual-source.js';
import { Coalescer, type SharedStream } from './coalescer.js';

type Reading = { controller: AbortController; leaves: boolean; result: Promise<string[]> };

/** What happens to one flight, in any order. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant('make' as const) },
  { weight: 2, arbitrary: fc.constant('join' as const) },
  { weight: 1, arbitrary: fc.constant('leave' as const) },
  { weight: 1, arbitrary: fc.constant('wait' as const) },
);

describe('Coalescer, whatever the order of events', () => {
  it('gives everybody who stays every chunk in order, and everybody who leaves an AbortedError', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const coalescer = new Coalescer();
        const source = new ManualSource();
        const made: string[] = [];
        const readings: Reading[] = [];
        const join = async () => {
          const controller = new AbortController();
          const stream: SharedStream<string, string> = await coalescer.join('key', source.start, controller.signal);
          readings.push({ controller, leaves: false, result: readAll(stream.chunks) });
        };
        // One reader never leaves, so that the flight goes on.
        await join();
        for (const action of steps) {
          const leaver = readings.at(-1);
          if (action === 'make') source.push(made[made.push(`chunk ${made.length}`) - 1] ?? '');
          else if (action === 'join') await join();
          else if (action === 'wait') await settle();
          else if (leaver !== undefined && readings.length > 1 && !leaver.leaves) {
            leaver.leaves = true;
            leaver.result.catch(() => undefined);
            leaver.controller.abort();
          }
        }
        source.end();
        const endings = await Promise.all(readings.map(({ result }) => result.catch((error: unknown) => error)));
        const abandoned: unknown = expect.any(AbortedError);
        expect(endings).toEqual(readings.map(({ leaves }) => (leaves ? abandoned : made)));
        expect([source.starts, coalescer.inFlight]).toEqual([1, 0]);
      }),
      { numRuns: 100 },
    );
  });
});
