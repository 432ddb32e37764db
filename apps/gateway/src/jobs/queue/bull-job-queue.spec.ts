import { closeRedis, connectRedis, createRedis, type RedisTimes } from '@parlance/cache';
import { NotFoundError, ParlanceError } from '@parlance/contracts';
import { describeWithProgram, eventually, PATIENT_REDIS, REDIS_PROGRAMS, RedisCluster, RedisServer, succeeds } from '@parlance/testing';
import { Queue, Worker } from 'bullmq';
import { describeJobQueue, ManualWork, newTicket, QUEUE_OPTIONS } from '../__fixtures__/describe-job-queue.js';
import { PRODUCER_OPTIONS, QUEUE_PREFIX } from './bull-connection.js';
import { BullJobQueue, JOBS_QUEUE, type BullJobQueueOptions } from './bull-job-queue.js';
import type { JobTicket } from './job-queue.js';

/** @param times shorter where Redis falls silent */
async function open(redisUrl: string, options: Partial<BullJobQueueOptions> = {}, times: RedisTimes = PATIENT_REDIS) {
  const commands = createRedis(redisUrl, 'commands', times);
  await connectRedis(commands);
  const producer = new Queue<JobTicket>(JOBS_QUEUE, { ...PRODUCER_OPTIONS, connection: commands });
  const queue = new BullJobQueue({ queue: producer, commands, redisUrl }, { ...QUEUE_OPTIONS, ...options });
  const close = async () => {
    await queue.stop(0);
    await producer.close();
    await closeRedis(commands);
  };
  return { queue, close };
}

describeWithProgram(REDIS_PROGRAMS, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(() => server.command('FLUSHALL'));
  afterAll(() => server.stop());

  describeJobQueue('BullJobQueue', (options) => open(server.url, options));

  describe('BullJobQueue', () => {
    const opened: { close: () => Promise<void> }[] = [];
    const process = async (options: Partial<BullJobQueueOptions> = {}) => {
      const one = await open(server.url, options);
      opened.push(one);
      return one.queue;
    };
    afterEach(() => Promise.all(opened.splice(0).map(({ close }) => close())));

    it('cancels what another process works on', async () => {
      const [asking, working] = [await process(), await process()];
      const work = new ManualWork();
      working.process(work);
      const ticket = newTicket();
      await asking.add(ticket);
      const { context } = await work.begun(0);
      expect(await asking.cancel(ticket.id)).toMatchObject({ status: 'cancelled' });
      await eventually(() => Promise.resolve(context.signal.aborted), 'The other process worked on.', 20_000);
      await eventually(() => Promise.resolve(work.ends.length > 0), 'Its end was not seen to.', 20_000);
      expect(work.ends).toEqual([{ id: ticket.id, status: 'cancelled' }]);
      expect(await working.get(ticket.id)).toMatchObject({ status: 'cancelled' });
    });

    it('gives what there is no time for to another process, which counts no attempt of it', async () => {
      const [leaving, staying] = [await process(), await process()];
      const [one, two] = [new ManualWork(), new ManualWork()];
      leaving.process(one);
      const ticket = newTicket();
      await leaving.add(ticket);
      await one.begun(0);
      await leaving.stop(0);
      expect(one.ends).toEqual([]);
      expect(await staying.get(ticket.id)).toMatchObject({ status: 'queued' });
      staying.process(two);
      (await two.begun(0)).finish();
      await eventually(async () => (await staying.get(ticket.id))?.status === 'completed', 'It was never done.', 20_000);
      expect(two.ends).toEqual([{ id: ticket.id, status: 'completed' }]);
    });

    it('keeps a job whose account the process does not have for one that has it', async () => {
      const [without, having] = [await process(), await process()];
      const [one, two] = [new ManualWork(), new ManualWork()];
      without.process(one);
      const ticket = newTicket();
      await without.add(ticket);
      // More often than what fails for a passing reason is tried.
      for (let number = 0; number < 4; number++) {
        (await one.begun(number)).fail(new NotFoundError('provider', 'two', ['one'], { reason: 'provider_not_found' }));
      }
      await without.stop(0);
      having.process(two);
      (await two.begun(0)).finish();
      await eventually(async () => (await having.get(ticket.id))?.status === 'completed', 'It was never done.', 20_000);
      expect([...one.ends, ...two.ends]).toEqual([{ id: ticket.id, status: 'completed' }]);
    });

    it('takes jobs for other processes while it stops, and begins none of them', async () => {
      const [leaving, staying] = [await process(), await process()];
      const [one, two] = [new ManualWork(), new ManualWork()];
      leaving.process(one);
      await leaving.add(newTicket());
      const { finish } = await one.begun(0);
      const stopped = leaving.stop(60_000);
      const late = newTicket();
      await leaving.add(late);
      finish();
      await stopped;
      expect(await staying.get(late.id)).toMatchObject({ status: 'queued' });
      staying.process(two);
      (await two.begun(0)).finish();
      await eventually(() => Promise.resolve(two.ends.length > 0), 'It was never done.', 20_000);
      expect(two.ends).toEqual([{ id: late.id, status: 'completed' }]);
      expect(one.ends).toHaveLength(1);
    });

    it('ends what was done while Redis takes no writes, once it takes them', async () => {
      const queue = await process({ backoffMilliseconds: 1 });
      const work = new ManualWork();
      queue.process(work);
      const ticket = newTicket();
      await queue.add(ticket);
      const { finish } = await work.begun(0);
      await server.command('CONFIG', 'SET', 'maxmemory', '1');
      finish();
      const refused = async () => Number(/errorstat_OOM:count=(\d+)/.exec(String(await server.command('INFO', 'errorstats')))?.[1] ?? 0);
      const hasFailed = async () => work.runs.length > 1 || (await queue.get(ticket.id))?.status === 'failed';
      await eventually(async () => (await refused()) > 2 || (await hasFailed()), 'Its end was not told.', 20_000);
      await server.command('CONFIG', 'SET', 'maxmemory', '0');
      await eventually(() => Promise.resolve(work.ends.length > 0), 'Its end was not seen to.', 20_000);
      expect([work.runs.length, work.ends]).toEqual([1, [{ id: ticket.id, status: 'completed' }]]);
    });

    it('begins nothing any more when there is no time for it, though its worker goes on to ask for jobs', async () => {
      const pause = jest.spyOn(Worker.prototype, 'pause').mockReturnValue(new Promise(() => undefined));
      const queue = await process();
      const work = new ManualWork();
      queue.process(work);
      await queue.add(newTicket());
      await work.begun(0);
      await queue.stop(0);
      pause.mockRestore();
      expect([work.runs.length, work.open]).toEqual([1, 0]);
    });

    it('has no text of a job in any key when the job has ended', async () => {
      const queue = await process();
      const work = new ManualWork();
      queue.process(work);
      const ticket = newTicket();
      await queue.add(ticket);
      const { context, finish } = await work.begun(0);
      context.report({ share: 0.5, text: 'a secret word' });
      await eventually(async () => (await queue.get(ticket.id))?.progress.text !== undefined, 'No progress was seen.', 20_000);
      finish();
      await eventually(async () => (await queue.get(ticket.id))?.status === 'completed', 'It was never done.', 20_000);
      const keys = (await server.command('KEYS', '*')) as string[];
      expect(keys.every((key) => key.startsWith('{parlance}:'))).toBe(true);
      for (const key of keys) expect(JSON.stringify(await dump(key))).not.toContain('secret');
    });

    it('tells of a job that every process was lost with, and keeps no text of it', async () => {
      // Its own lock is a long one: this process may stand still for longer than those of the lost are.
      const queue = await process({ concurrency: 1, lookMilliseconds: 20 });
      const work = new ManualWork();
      queue.process(work);
      // It has no place for the job, which others take that are never heard of again.
      await queue.add(newTicket());
      const busy = await work.begun(0);
      const { ticket } = await queue.add(newTicket());
      await server.command('SET', `{parlance}:job-progress:${ticket.id}`, JSON.stringify({ share: 0.5, text: 'half' }));
      const connection = createRedis(server.url, 'jobs');
      const lost = new Worker<JobTicket>(JOBS_QUEUE, undefined, { connection, prefix: QUEUE_PREFIX, autorun: false, lockDuration: 100 });
      opened.push({ close: () => lost.close().then(() => closeRedis(connection)) });
      for (let number = 0; number < 4; number++) {
        await eventually(
          async () => (await lost.getNextJob(`${number}`, { block: false })) !== undefined,
          'It did not wait again.',
          20_000,
        );
      }
      busy.finish();
      await eventually(async () => work.ends.length > 1, 'Its end was not seen to.', 20_000);
      expect(work.ends[1]).toEqual({ id: ticket.id, status: 'failed' });
      expect(work.runs).toHaveLength(1);
      expect(await queue.get(ticket.id)).toMatchObject({ status: 'failed', progress: { share: 0.5 }, error: { code: 'job_lost' } });
      expect((await queue.get(ticket.id))!.progress.text).toBeUndefined();
    });

    async function dump(key: string): Promise<unknown> {
      const commands: Record<string, readonly (string | number)[]> = {
        string: ['GET', key],
        hash: ['HGETALL', key],
        list: ['LRANGE', key, 0, -1],
        zset: ['ZRANGE', key, 0, -1],
        stream: ['XRANGE', key, '-', '+'],
      };
      const [name, ...args] = commands[String(await server.command('TYPE', key))]!;
      return server.command(String(name), ...args);
    }
  });

  describe('BullJobQueue on a cluster', () => {
    let cluster: RedisCluster;
    beforeAll(async () => {
      cluster = await RedisCluster.start();
    });
    afterAll(() => cluster.stop());

    it('does, tells and cancels jobs', async () => {
      const { queue, close } = await open(cluster.url, { concurrency: 1 });
      const work = new ManualWork();
      queue.process(work);
      const [first, second] = [newTicket(), newTicket()];
      const added = () => succeeds(queue.add(first));
      await eventually(added, 'The cluster was not reached.', 20_000);
      await queue.add(second);
      const { context, fail } = await work.begun(0);
      context.report({ share: 0.5, text: 'half' });
      await eventually(async () => (await queue.get(first.id))?.progress.text === 'half', 'No progress was seen.', 20_000);
      fail(new ParlanceError('server', 'Not now.'));
      expect(await queue.cancel(second.id)).toMatchObject({ status: 'cancelled' });
      await eventually(() => Promise.resolve(work.runs.filter(({ id }) => id === first.id).length > 1), 'It was not tried again.', 20_000);
      for (const { finish } of work.runs) finish();
      await eventually(async () => (await queue.get(first.id))?.status === 'completed', 'It was not done.', 20_000);
      expect(await queue.get(second.id)).toMatchObject({ status: 'cancelled' });
      await queue.sweep();
      await close();
    });
  });

  describe('BullJobQueue without Redis', () => {
    it.each([
      ['silent', (own: RedisServer) => own.pause()],
      ['gone', (own: RedisServer) => own.kill()],
    ])('says so while it is %s, and nothing is added later', async (_how, away) => {
      const own = await RedisServer.start();
      const { queue, close } = await open(own.url, {}, {});
      const work = new ManualWork();
      queue.process(work);
      await away(own);
      const unavailable = { code: 'unavailable', reason: 'job_queue_unavailable', message: expect.stringContaining('Redis') };
      await expect(queue.add(newTicket())).rejects.toMatchObject(unavailable);
      await expect(queue.get('job_x')).rejects.toMatchObject(unavailable);
      await own.kill();
      own.resume();
      await own.restart();
      const ticket = newTicket();
      const added = () => succeeds(queue.add(ticket));
      await eventually(added, 'It did not come back.', 20_000);
      (await work.begun(0)).finish();
      await eventually(async () => (await queue.get(ticket.id).catch(() => undefined))?.status === 'completed', 'It was not done.', 30_000);
      expect(work.runs).toHaveLength(1);
      await close();
      await own.stop();
    });

    it('says so when it was never there, and stops all the same', async () => {
      const { queue, close } = await open('redis://127.0.0.1:1');
      queue.process(new ManualWork());
      await expect(queue.add(newTicket())).rejects.toMatchObject({ code: 'unavailable' });
      await close();
    });
  });
});
