import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError } from '@parlance/contracts';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { answers, freeTrials, hangs, planBench, throws, waits, type Reply } from '../__fixtures__/plan-bench.js';
import { Deadline } from './deadline.js';
import { RetryAllowance } from './retry-allowance.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('PlanRun, where somebody is late or leaves', () => {
  // No pause before a retry.
  beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));
  afterEach(() => jest.restoreAllMocks());

  describe('time', () => {
    it('gives up on a provider that says nothing, whatever it makes of its signal, and lets go of what comes late', async () => {
      let answer: (text: string) => void = () => undefined;
      const late: Reply = () => new Promise((resolve) => (answer = resolve));
      const { run, calls, attempts, discarded } = planBench({ a: late, b: waits, c: answers('yes') }, { firstByteMilliseconds: 10 });
      await expect(run()).resolves.toMatchObject({ result: 'yes' });
      expect(attempts()).toEqual(['a: timeout', 'b: timeout', 'c: ok']);
      expect(calls.slice(0, 2).map(({ signal }) => signal.aborted)).toEqual([true, true]);
      answer('too late');
      await settled();
      expect(discarded).toEqual(['too late']);
    });

    it('asks nobody after the deadline', async () => {
      const { run, asked } = planBench({ a: answers('yes') });
      const limits = { retries: new RetryAllowance(0), deadline: new Deadline(0) };
      await expect(run({ limits })).rejects.toMatchObject({ code: 'timeout', attempts: [] });
      expect(asked()).toEqual([]);
    });

    it('ends with the deadline, and asks nobody after it', async () => {
      const { run, asked } = planBench({ a: hangs, b: answers('yes') }, { deadlineMilliseconds: 200 });
      await expect(run()).rejects.toMatchObject({
        code: 'unavailable',
        message: 'Every provider of the plan has failed (a: timeout, b: no time left). Try again later.',
        cause: { message: expect.stringMatching(/time for this request/) },
      });
      expect(asked()).toEqual(['a']);
    });

    it.each([
      ['heeds', waits],
      ['does not heed', hangs],
    ])('ends with the deadline though a provider that %s its signal shows signs of life', async (_, ending) => {
      let timer: NodeJS.Timeout | undefined;
      const dribbles: Reply = (signal, alive) => {
        timer = setInterval(alive, 1);
        return ending(signal, alive);
      };
      const { run, calls } = planBench({ a: dribbles }, { deadlineMilliseconds: 200, firstByteMilliseconds: 100 });
      await expect(run()).rejects.toMatchObject({ code: 'timeout' });
      expect(calls[0]?.signal.aborted).toBe(true);
      clearInterval(timer);
    });

    it('lets a provider pause for longer than it may be silent at first', async () => {
      const pauses: Reply = async (_, alive) => {
        alive();
        await sleep(100);
        return 'yes';
      };
      const { run } = planBench({ a: pauses }, { firstByteMilliseconds: 20, idleMilliseconds: 60_000 });
      await expect(run()).resolves.toMatchObject({ result: 'yes' });
    });

    it('times the first sign of life', async () => {
      const { run, upstreamOf, account } = planBench({
        a: async (_, alive) => {
          alive();
          const first = performance.now();
          while (performance.now() < first + 20) await settled();
          alive();
          return 'yes';
        },
      });
      await run();
      expect(upstreamOf('a').latency.median).toBeLessThan(account.trace.attempts[0]!.milliseconds);
    });
    it('lets what is still being sent be given up', async () => {
      const { run, calls } = planBench({ a: answers('a stream') });
      const { giveUp } = await run();
      expect(calls[0]?.signal.aborted).toBe(false);
      giveUp();
      expect(calls[0]?.signal.aborted).toBe(true);
    });
  });

  describe('when the caller leaves', () => {
    it('asks nobody if that was before', async () => {
      const { run, asked } = planBench({ a: answers('yes') });
      await expect(run({}, AbortSignal.abort())).rejects.toThrow(AbortedError);
      expect(asked()).toEqual([]);
    });

    it.each([
      ['heeds', waits],
      ['does not heed', hangs],
    ])('ends a call whose provider %s its signal, gives the trial back, and asks nobody else', async (_, reply) => {
      const { run, asked, calls, halfOpen, upstreamOf, attempts } = planBench({ a: reply, b: answers('yes') }, { retries: 2 });
      halfOpen('a');
      const controller = new AbortController();
      const running = run({}, controller.signal);
      await settled();
      controller.abort();
      await expect(running).rejects.toThrow(AbortedError);
      expect([asked(), attempts(), calls[0]?.signal.aborted]).toEqual([['a'], ['a: aborted'], true]);
      expect(freeTrials(upstreamOf('a').breaker)).toBe(2);
    });

    it('asks nobody if that was while it waited for leave to try, and gives the trial back', async () => {
      const { run, asked, attempts, halfOpen, upstreams, upstreamOf } = planBench({ a: answers('yes') });
      halfOpen('a');
      const controller = new AbortController();
      upstreams.claimTrialsBy(async () => {
        controller.abort();
        return true;
      });
      await expect(run({}, controller.signal)).rejects.toThrow(AbortedError);
      expect([asked(), attempts()]).toEqual([[], []]);
      expect(freeTrials(upstreamOf('a').breaker)).toBe(2);
    });

    it('ends the pause before a retry', async () => {
      jest.spyOn(Math, 'random').mockReturnValue(1e6);
      const { run, asked } = planBench({ a: throws(failureOf('timeout')) }, { retries: 2, deadlineMilliseconds: 1e9 });
      const controller = new AbortController();
      const running = run({}, controller.signal);
      await settled();
      controller.abort();
      await expect(running).rejects.toThrow(AbortedError);
      expect(asked()).toEqual(['a']);
    });

    it('gives the trial back when the caller leaves in the very moment of a failure', async () => {
      const controller = new AbortController();
      const { run, halfOpen, upstreamOf } = planBench({
        a: async (signal) => {
          // What a call is told when it has failed.
          signal.addEventListener('abort', () => controller.abort());
          throw failureOf('server');
        },
      });
      halfOpen('a');
      await expect(run({}, controller.signal)).rejects.toThrow(AbortedError);
      expect(freeTrials(upstreamOf('a').breaker)).toBe(2);
    });
  });
});
