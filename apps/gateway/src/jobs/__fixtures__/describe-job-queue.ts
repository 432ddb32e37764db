import { randomUUID } from 'node:crypto';
import { InvalidRequestError, ParlanceError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { eventually } from '@parlance/testing';
import type { EndStatus, JobContext, JobQueue, JobQueueOptions, JobTicket, JobWork } from '../queue/job-queue.js';

// What nobody foresaw is logged with its stack.
Logger.overrideLogger(false);

export function newTicket(more: Partial<JobTicket> = {}): JobTicket {
  const id = `job_${randomUUID().replaceAll('-', '')}`;
  return { id, kind: 'transcription', folder: `jobs/test/${id}`, createdAt: new Date().toISOString(), ...more };
}

/** Work that goes on until it is told to end. */
export class ManualWork implements JobWork {
  readonly runs: { id: string; context: JobContext; finish: () => void; fail: (error: Error) => void }[] = [];
  readonly ends: { id: string; status: EndStatus }[] = [];
  open = 0;
  most = 0;

  run = (ticket: JobTicket, context: JobContext): Promise<void> => {
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    return new Promise<void>((resolve, reject) => {
      context.signal.addEventListener('abort', () => reject(context.signal.reason as Error), { once: true });
      this.runs.push({ id: ticket.id, context, finish: resolve, fail: reject });
    }).finally(() => (this.open -= 1));
  };

  ended = async ({ id }: JobTicket, status: EndStatus): Promise<void> => {
    this.ends.push({ id, status });
  };

  /** The run of that number, from 0, when it has begun. */
  async begun(number: number) {
    await eventually(() => Promise.resolve(this.runs.length > number), `Run ${number} was never begun.`, 20_000);
    return this.runs[number]!;
  }
}

export interface JobQueueSubject {
  queue: JobQueue;
  close: () => Promise<void>;
}

export const QUEUE_OPTIONS: JobQueueOptions = { concurrency: 2, waiting: 4, retentionSeconds: 3600, backoffMilliseconds: 5 };

/** What every queue does. @param make an empty queue each time */
export function describeJobQueue(name: string, make: (options: JobQueueOptions) => Promise<JobQueueSubject>): void {
  describe(name, () => {
    let subject: JobQueueSubject;
    let queue: JobQueue;
    let work: ManualWork;
    const start = async (options: Partial<JobQueueOptions> = {}) => {
      subject = await make({ ...QUEUE_OPTIONS, ...options });
      ({ queue } = subject);
      work = new ManualWork();
    };
    const until = async (id: string, status: string) => {
      await eventually(async () => (await queue.get(id))?.status === status, `The job never was ${status}.`, 20_000);
      return (await queue.get(id))!;
    };
    const ended = (count: number) =>
      eventually(() => Promise.resolve(work.ends.length >= count), `${count} ends were not told of.`, 20_000);
    afterEach(async () => {
      for (const { finish } of work.runs) finish();
      await subject.close();
    });

    it('measures what waits and what is worked on', async () => {
      await start({ concurrency: 1 });
      expect(await queue.measure()).toEqual({ waiting: 0, running: 0, oldestSeconds: 0 });
      const createdAt = new Date(Date.now() - 1000).toISOString();
      for (let job = 0; job < 3; job++) await queue.add(newTicket({ createdAt }));
      const waiting = await queue.measure();
      expect(waiting).toMatchObject({ waiting: 3, running: 0 });
      queue.process(work);
      await work.begun(0);
      expect(await queue.measure()).toMatchObject({ waiting: 2, running: 1 });
      // Eventually: all of this may have happened within one millisecond of the clock.
      const older = async () => (await queue.measure()).oldestSeconds > waiting.oldestSeconds;
      await eventually(older, 'What waits did not grow older.', 20_000);
      for (let job = 0; job < 3; job++) (await work.begun(job)).finish();
      await ended(3);
      expect(await queue.measure()).toEqual({ waiting: 0, running: 0, oldestSeconds: 0 });
    });

    it('does a job, tells how far it is, and keeps no text of it', async () => {
      await start();
      const ticket = newTicket({ webhook: 'https://example.com' });
      expect(await queue.add(ticket)).toEqual({ ticket, status: 'queued', progress: { share: 0 } });
      expect(await queue.get(ticket.id)).toMatchObject({ ticket, status: 'queued' });
      queue.process(work);
      const { context, finish } = await work.begun(0);
      for (const share of [0.1, 0.2, 0.5]) context.report({ share, text: `heard ${share}` });
      await eventually(async () => (await queue.get(ticket.id))?.progress.text === 'heard 0.5', 'No progress was seen.', 20_000);
      const running = (await queue.get(ticket.id))!;
      expect(running).toMatchObject({ status: 'running', progress: { share: 0.5 }, startedAt: expect.stringMatching(/Z$/) });
      expect(running.finishedAt).toBeUndefined();
      finish();
      const done = await until(ticket.id, 'completed');
      expect(done).toEqual({
        ticket,
        status: 'completed',
        progress: { share: 1 },
        startedAt: running.startedAt,
        finishedAt: expect.stringMatching(/Z$/),
      });
      await ended(1);
      expect(work.ends).toEqual([{ id: ticket.id, status: 'completed' }]);
    });

    it('knows nothing of a job that is not there', async () => {
      await start();
      expect([await queue.get('job_none'), await queue.cancel('job_none')]).toEqual([undefined, undefined]);
    });

    it('does one job for one id', async () => {
      await start();
      const ticket = newTicket();
      await queue.add(ticket);
      await queue.add(ticket);
      queue.process(work);
      (await work.begun(0)).finish();
      await until(ticket.id, 'completed');
      expect(work.runs).toHaveLength(1);
    });

    it('does so many at a time, and refuses those for which there is no room', async () => {
      await start();
      const tickets = Array.from({ length: 4 }, () => newTicket());
      for (const ticket of tickets) await queue.add(ticket);
      await expect(queue.add(newTicket())).rejects.toMatchObject({ code: 'rate', reason: 'job_queue_full', retryAfterSeconds: 30 });
      queue.process(work);
      for (let number = 0; number < 4; number++) (await work.begun(number)).finish();
      for (const { id } of tickets) await until(id, 'completed');
      expect(work.most).toBeLessThanOrEqual(2);
      expect(work.runs.map(({ id }) => id).toSorted()).toEqual(tickets.map(({ id }) => id).toSorted());
    });

    it.each(['unavailable', 'timeout', 'server'] as const)('tries a job again that failed for %s, twice at most', async (code) => {
      await start();
      queue.process(work);
      const ticket = newTicket();
      await queue.add(ticket);
      for (let number = 0; number < 3; number++) (await work.begun(number)).fail(new ParlanceError(code, 'Not now.', { reason: 'why' }));
      const failed = await until(ticket.id, 'failed');
      expect(failed.error).toEqual({ message: 'Not now.', type: 'server_error', param: null, code: 'why' });
      await ended(1);
      expect(work.ends).toEqual([{ id: ticket.id, status: 'failed' }]);
      expect(work.runs).toHaveLength(3);
    });

    it('completes a job that did better the second time', async () => {
      await start();
      queue.process(work);
      const ticket = newTicket();
      await queue.add(ticket);
      (await work.begun(0)).fail(new ParlanceError('server', 'Not now.'));
      (await work.begun(1)).finish();
      expect((await until(ticket.id, 'completed')).error).toBeUndefined();
    });

    it.each([
      ['a wrong request', new InvalidRequestError('No audio.', 'file'), { message: 'No audio.', type: 'invalid_request_error', param: 'file', code: null }],
      ['a refusal', new ParlanceError('auth', 'No.', { provider: 'x' }), { message: 'No.', type: 'server_error' }],
      ['what nobody foresaw', new TypeError('secret'), { message: expect.stringMatching(/^Something went wrong.*job_/), type: 'server_error' }],
    ])('does not try again after %s', async (_, error, described) => {
      await start();
      queue.process(work);
      const ticket = newTicket();
      await queue.add(ticket);
      (await work.begun(0)).fail(error);
      expect((await until(ticket.id, 'failed')).error).toMatchObject(described);
      await ended(1);
      expect(work.runs).toHaveLength(1);
    });

    it.each(['failed', 'cancelled'] as const)('tells how far a job came that has %s, and keeps no text of it', async (status) => {
      await start();
      queue.process(work);
      const { ticket } = await queue.add(newTicket());
      const { context, fail } = await work.begun(0);
      context.report({ share: 0.4, text: 'half' });
      await eventually(async () => (await queue.get(ticket.id))?.progress.share === 0.4, 'No progress was seen.', 20_000);
      if (status === 'failed') fail(new InvalidRequestError('No audio.'));
      else await queue.cancel(ticket.id);
      await ended(1);
      expect((await until(ticket.id, status)).progress).toEqual({ share: 0.4 });
    });

    it('never begins a job that was cancelled before', async () => {
      await start();
      const [first, second] = [newTicket(), newTicket()];
      await queue.add(first);
      await queue.add(second);
      const state = await queue.cancel(first.id);
      expect(state).toMatchObject({ status: 'cancelled', finishedAt: expect.stringMatching(/Z$/) });
      expect(await queue.get(first.id)).toEqual(state);
      queue.process(work);
      expect((await work.begun(0)).id).toBe(second.id);
      work.runs[0]!.finish();
      await until(second.id, 'completed');
      expect(work.runs).toHaveLength(1);
      expect(await queue.get(first.id)).toEqual(state);
    });

    it('ends the run of a job that is cancelled, and has a place for the next', async () => {
      await start({ concurrency: 1 });
      queue.process(work);
      const [first, second] = [newTicket(), newTicket()];
      await queue.add(first);
      await queue.add(second);
      const { context } = await work.begun(0);
      context.report({ share: 0.4, text: 'half' });
      expect(await queue.cancel(first.id)).toMatchObject({ status: 'cancelled' });
      expect((await work.begun(1)).id).toBe(second.id);
      expect(context.signal.aborted).toBe(true);
      expect(work.ends).toEqual([{ id: first.id, status: 'cancelled' }]);
      const after = (await queue.get(first.id))!;
      expect(after).toMatchObject({ status: 'cancelled' });
      expect([after.error, after.progress.text]).toEqual([undefined, undefined]);
      expect((await queue.cancel(first.id))!.status).toBe('cancelled');
    });

    it('has the place of a job that was cancelled while it waits, and sees to its end at once', async () => {
      await start({ concurrency: 1 });
      queue.process(work);
      await queue.add(newTicket());
      await work.begun(0);
      const tickets = Array.from({ length: 4 }, () => newTicket());
      for (const ticket of tickets) await queue.add(ticket);
      const state = await queue.cancel(tickets[1]!.id);
      expect(work.ends).toEqual([{ id: tickets[1]!.id, status: 'cancelled' }]);
      expect(await queue.measure()).toMatchObject({ waiting: 3, running: 1 });
      await queue.add(newTicket());
      expect(await queue.get(tickets[1]!.id)).toEqual(state);
      expect(await queue.cancel(tickets[1]!.id)).toEqual(state);
    });

    it('leaves a job as it is that has ended when it is cancelled', async () => {
      await start();
      queue.process(work);
      const ticket = newTicket();
      await queue.add(ticket);
      (await work.begun(0)).finish();
      const done = await until(ticket.id, 'completed');
      expect(await queue.cancel(ticket.id)).toEqual(done);
      expect(await queue.get(ticket.id)).toEqual(done);
    });

    it('forgets a job when its time is over', async () => {
      await start({ retentionSeconds: 0.2 });
      queue.process(work);
      const ticket = newTicket();
      await queue.add(ticket);
      (await work.begun(0)).finish();
      await ended(1);
      await eventually(async () => (await queue.get(ticket.id)) === undefined, 'It was never forgotten.', 20_000);
      await queue.sweep();
      expect(await queue.cancel(ticket.id)).toBeUndefined();
    });

    it('lets what is under way end before it stops', async () => {
      await start();
      queue.process(work);
      const ticket = newTicket();
      await queue.add(ticket);
      const { finish, context } = await work.begun(0);
      const stopped = queue.stop(60_000);
      finish();
      await stopped;
      expect(context.signal.aborted).toBe(false);
      expect(work.ends).toEqual([{ id: ticket.id, status: 'completed' }]);
      expect(work.open).toBe(0);
    });

    it('ends what is under way when there is no time for it', async () => {
      await start();
      queue.process(work);
      await queue.add(newTicket());
      const { context } = await work.begun(0);
      await queue.stop(0);
      expect(context.signal.aborted).toBe(true);
      expect(work.open).toBe(0);
    });
  });
}
