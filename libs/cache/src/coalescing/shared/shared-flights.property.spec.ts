import { randomUUID } from 'node:crypto';
import { describeWithRedis } from '@parlance/testing';
import * as fc from 'fast-check';
import { ManualWork, Replica } from './__fixtures__/replica.js';

/** What happens to one flight, in any order. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ make: fc.uint8Array({ maxLength: 3000 }) }) },
  { weight: 2, arbitrary: fc.record({ join: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constant({ wait: true }) },
);

describeWithRedis((url) => {
  const replicas: Replica[] = [];
  beforeAll(async () => {
    for (let index = 0; index < 3; index += 1) replicas.push(await Replica.start(url()));
  });
  afterAll(() => Promise.all(replicas.map((replica) => replica.close())));

  it('gives everybody in every process the same pieces in the same order, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const key = randomUUID();
        const [work, idle] = [new ManualWork(), new ManualWork()];
        const made: Buffer[] = [];
        const readings: Promise<Uint8Array[]>[] = [];
        const join = async (index: number) => {
          const { chunks } = await replicas[index]!.join(key, readings.length === 0 ? work.start : idle.start);
          const all: Uint8Array[] = [];
          for await (const chunk of chunks) all.push(chunk);
          return all;
        };
        const toldRedis = (index: number) => replicas[index]!.connections.commands!.ping();
        readings.push(join(0));
        await toldRedis(0);
        for (const action of steps) {
          if ('make' in action) work.makeBytes(made[made.push(Buffer.from(action.make)) - 1]!);
          else if ('join' in action) {
            readings.push(join(action.join));
            // Only who has joined before the end shares it.
            await toldRedis(action.join);
          } else await new Promise((resolve) => setTimeout(resolve, 2));
        }
        work.end();
        for (const reading of await Promise.all(readings)) expect(reading.map((chunk) => Buffer.from(chunk))).toEqual(made);
        expect([work.starts, idle.starts]).toEqual([1, 0]);
      }),
      { numRuns: 60 },
    );
  });
});
