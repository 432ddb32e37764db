import { AsyncLocalStorage } from 'node:async_hooks';
import { describeJobQueue, ManualWork, newTicket, QUEUE_OPTIONS } from '../__fixtures__/describe-job-queue.js';
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
