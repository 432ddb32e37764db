import { AsyncLocalStorage } from 'node:async_hooks';
import { describeJobQueue, ManualWork, newTicket, QUEUE_OPTIONS } from '../__fixtures__/describe-job-queue.js';
import type { EndStatus } from './job-queue.js';
import { InProcessJobQueue } from './in-process-job-queue.js';

describeJobQueue('InProcessJobQueue', async (options) => {
  const queue = new InProcessJobQueue(options);
  return { queue, close: () => queue.stop(0) };
});

describe('InProcessJobQueue', () => {
  it('fails what it has no time for when it stops, and says so', async () => {
    const queue = new InProcessJobQueue({ ...QUEUE_OPTIONS, concurrency: 1 });
    const work = new ManualWork();
    queue.process(work);
    const [running, waiting] = [newTicket(), newTicket()];
    await queue.add(running);
    await queue.add(waiting);
    await work.begun(0);
    await queue.stop(0);
    for (const { id } of [running, waiting]) {
      expect(await queue.get(id)).toMatchObject({
        status: 'failed',
        error: { code: 'server_stopped', message: expect.stringContaining('Send the job again') },
      });
    }
    expect(work.ends.map(({ status }) => status)).toEqual(['failed', 'failed']);
  });

  it('measures in seconds how long the oldest waits', async () => {
    const queue = new InProcessJobQueue(QUEUE_OPTIONS);
    expect(await queue.measure()).toMatchObject({ oldestSeconds: 0 });
    for (const hours of [1, 10, 0]) await queue.add(newTicket({ createdAt: new Date(Date.now() - hours * 3_600_000).toISOString() }));
    const { oldestSeconds } = await queue.measure();
    // Within an hour, for a slow machine.
    expect(Math.floor(oldestSeconds / 3600)).toBe(10);
  });

  it('takes a job for cancelled that is done all the same', async () => {
    const queue = new InProcessJobQueue(QUEUE_OPTIONS);
    const ends: EndStatus[] = [];
    let finish = (): void => undefined;
    const run = () => new Promise<void>((resolve) => (finish = resolve));
    queue.process({ run, ended: async (_ticket, status) => void ends.push(status) });
    const ticket = newTicket();
    await queue.add(ticket);
    expect(await queue.cancel(ticket.id)).toMatchObject({ status: 'cancelled' });
    finish();
    await queue.stop(60_000);
    expect([ends, await queue.get(ticket.id)]).toEqual([['cancelled'], expect.objectContaining({ status: 'cancelled' })]);
  });

  it('has the end of what waited seen to before it has stopped', async () => {
    const queue = new InProcessJobQueue({ ...QUEUE_OPTIONS, concurrency: 0 });
    let isSeenTo = false;
    const ended = async () => {
      await new Promise(setImmediate);
      isSeenTo = true;
    };
    queue.process({ run: async () => undefined, ended });
    await queue.add(newTicket());
    await queue.stop(0);
    expect(isSeenTo).toBe(true);
  });

  it('takes nothing any more while it stops', async () => {
    const queue = new InProcessJobQueue(QUEUE_OPTIONS);
    const work = new ManualWork();
    queue.process(work);
    await queue.add(newTicket());
    const { finish } = await work.begun(0);
    const stopped = queue.stop(60_000);
    await expect(queue.add(newTicket())).rejects.toMatchObject({ code: 'unavailable', reason: 'server_stopped' });
    finish();
    await stopped;
  });

  it('goes on when the end of a job cannot be seen to', async () => {
    const queue = new InProcessJobQueue({ ...QUEUE_OPTIONS, concurrency: 1 });
    const work = new ManualWork();
    work.ended = () => Promise.reject(new Error('no'));
    queue.process(work);
    await queue.add(newTicket());
    await queue.add(newTicket());
    (await work.begun(0)).finish();
    (await work.begun(1)).finish();
    await queue.stop(60_000);
    expect(work.open).toBe(0);
  });

  it('works on jobs as a part of no request', async () => {
    const queue = new InProcessJobQueue({ ...QUEUE_OPTIONS, concurrency: 1 });
    const place = new AsyncLocalStorage<string>();
    const places: unknown[] = [];
    queue.process({ run: async () => void places.push(place.getStore()), ended: async () => undefined });
    for (const requestId of ['one', 'two']) await place.run(requestId, () => queue.add(newTicket()));
    await queue.stop(60_000);
    expect(places).toContain(undefined);
    expect(new Set(places).size).toBe(1);
  });
});
