import { AbortedError, ExhaustedError } from '@parlance/contracts';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { answers, freeTrials, hangs, planBench, throws, waits, type Reply } from '../__fixtures__/plan-bench.js';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A reply that comes when it is told to, whatever its signal says. */
function manual() {
  let settle: { resolve: (text: string) => void; reject: (error: Error) => void } | undefined;
  const reply: Reply = () => new Promise((resolve, reject) => (settle = { resolve, reject }));
  return { reply, answer: (text: string) => settle?.resolve(text), fail: (error: Error) => settle?.reject(error) };
}

describe('PlanExecutor', () => {
  /** The first is usually done within a millisecond. */
  const hedged = (replies: Record<string, Reply | Reply[]>, share = 1) => {
    const bench = planBench(replies, { hedgedShare: share });
    bench.answeredWithin(Object.keys(replies)[0] ?? '', 1);
    return bench;
  };
  const until = async (met: () => boolean) => {
    while (!met()) await new Promise((resolve) => setTimeout(resolve, 1));
  };

  describe('the settings', () => {
    it('are generous by default', () => {
      const { executor } = planBench({});
      expect(executor.patience).toBe(15_000);
      const { remaining } = executor.limits().deadline;
      expect(remaining).toBeLessThanOrEqual(60_000);
      expect(executor.limits(1_000_000).deadline.remaining).toBeGreaterThan(1_000_000);
    });

    it('give every request the retries anew', async () => {
      const { run, asked } = planBench({ a: throws(failureOf('timeout', 0)) }, { retries: 1 });
      for (const calls of [2, 4]) {
        await expect(run()).rejects.toThrow(ExhaustedError);
        expect(asked()).toHaveLength(calls);
      }
    });
  });

  describe('without a hedge', () => {
    it.each<[string, Parameters<typeof planBench>, number]>([
      ['is switched off', [{ a: manual().reply, b: answers('b') }, {}], 20],
      ['has a share of nothing', [{ a: manual().reply, b: answers('b') }, { hedgedShare: 0 }], 20],
      ['has nobody to ask', [{ a: manual().reply }, { hedgedShare: 1 }], 20],
      ['does not know what is usual', [{ a: manual().reply, b: answers('b') }, { hedgedShare: 1 }], 19],
    ])('waits for the first where hedging %s', async (_, [replies, options], samples) => {
      const slow = manual();
      const { run, asked, upstreamOf } = planBench({ ...replies, a: slow.reply }, options);
      for (let answer = 0; answer < samples; answer++) upstreamOf('a').latency.add(1);
      const running = run();
      await new Promise((resolve) => setTimeout(resolve, 20));
      slow.answer('a');
      await expect(running).resolves.toMatchObject({ result: 'a' });
      expect(asked()).toEqual(['a']);
    });

    it('goes on to the next when the first fails before it is late, and begins no second lane', async () => {
      const bench = planBench({ a: throws(failureOf('server')), b: answers('b') }, { hedgedShare: 1 });
      bench.answeredWithin('a', 10_000);
      await expect(bench.run()).resolves.toMatchObject({ result: 'b' });
      expect(bench.account.trace.attempts.some(({ hedge }) => hedge)).toBe(false);
    });

    it('leaves no timer behind when the first is in time', async () => {
      const bench = planBench({ a: answers('a'), b: answers('b') }, { hedgedShare: 1 });
      bench.answeredWithin('a', 1e8);
      const before = process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
      await bench.run();
      await settled();
      expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length).toBeLessThanOrEqual(before);
    });
  });

  describe('with a hedge', () => {
    it('asks a second one when the first is later than usual, takes its answer, and ends the first', async () => {
      const { run, calls, account, halfOpen, upstreamOf } = hedged({ a: waits, b: answers('b') });
      halfOpen('a');
      const { candidate, result, failed } = await run();
      expect([candidate.provider.name, result, failed]).toEqual(['b', 'b', []]);
      await settled();
      expect(calls.map(({ name, signal }) => [name, signal.aborted])).toEqual([
        ['a', true],
        ['b', false],
      ]);
      expect(account.trace.attempts).toMatchObject([
        { provider: 'b', outcome: 'ok', hedge: true },
        { provider: 'a', outcome: 'aborted' },
      ]);
      expect(account.trace.servedBy).toMatchObject({ provider: 'b' });
      // Being slower than another is no failure.
      expect(upstreamOf('a').breaker.counts.failures).toBe(1);
      expect(freeTrials(upstreamOf('a').breaker)).toBe(2);
    });

    it('takes the answer of the first when that comes first after all, and ends the second', async () => {
      const slow = manual();
      const { run, calls, asked, halfOpen, upstreamOf, attempts } = hedged({ a: slow.reply, b: waits });
      halfOpen('b');
      const running = run();
      await until(() => asked().includes('b'));
      slow.answer('a');
      await expect(running).resolves.toMatchObject({ result: 'a' });
      await settled();
      expect(calls[1]?.signal.aborted).toBe(true);
      expect(attempts()).toEqual(['a: ok', 'b: aborted']);
      expect(freeTrials(upstreamOf('b').breaker)).toBe(2);
    });

    it('lets go of what the loser gives in the same moment, or later', async () => {
      const [one, two] = [manual(), manual()];
      const both = hedged({ a: one.reply, b: two.reply });
      const running = both.run();
      await until(() => both.asked().includes('b'));
      two.answer('b');
      one.answer('a');
      const { result } = await running;
      await settled();
      expect([result, ...both.discarded].toSorted()).toEqual(['a', 'b']);

      const late = manual();
      const { run, discarded } = hedged({ a: late.reply, b: answers('b') });
      await run();
      late.answer('a');
      await settled();
      expect(discarded).toEqual(['a']);
    });

    it('waits for the first when the second fails, and for the second when the first does', async () => {
      const slow = manual();
      const one = hedged({ a: slow.reply, b: throws(failureOf('auth')) });
      const first = one.run();
      await until(() => one.attempts().includes('b: auth'));
      slow.answer('a');
      await expect(first).resolves.toMatchObject({ result: 'a' });

      const [failing, answering] = [manual(), manual()];
      const two = hedged({ a: failing.reply, b: answering.reply });
      const second = two.run();
      await until(() => two.asked().includes('b'));
      failing.fail(failureOf('server'));
      await settled();
      answering.answer('b');
      await expect(second).resolves.toMatchObject({ result: 'b', failed: [{ provider: 'a' }] });
    });

    it('asks nobody twice, and tells of all when all have failed', async () => {
      const slow = manual();
      const { run, asked, upstreamOf } = hedged({ a: slow.reply, b: throws(failureOf('server')), c: throws(failureOf('server')) });
      const running = run();
      await until(() => asked().length === 3);
      slow.fail(failureOf('server'));
      await expect(running).rejects.toMatchObject({
        code: 'unavailable',
        message: 'Every provider of the plan has failed (b: server, c: server, a: server). Try again later.',
        attempts: [{ provider: 'b' }, { provider: 'c' }, { provider: 'a' }],
      });
      expect(['a', 'b', 'c'].map((name) => upstreamOf(name).breaker.counts.failures)).toEqual([0, 1, 0]);
    });

    it.each([
      ['heed', waits],
      ['do not heed', hangs],
    ])('ends both when the caller leaves, also where they %s their signals, and gives their trials back', async (_, reply) => {
      const { run, asked, calls, halfOpen, upstreamOf } = hedged({ a: reply, b: reply, c: answers('c') });
      halfOpen('a', 'b');
      const controller = new AbortController();
      const running = run({}, controller.signal);
      await until(() => asked().includes('b'));
      controller.abort();
      await expect(running).rejects.toThrow(AbortedError);
      await settled();
      expect([asked(), calls.map(({ signal }) => signal.aborted)]).toEqual([
        ['a', 'b'],
        [true, true],
      ]);
      expect(['a', 'b'].map((name) => freeTrials(upstreamOf(name).breaker))).toEqual([2, 2]);
    });

    it('asks nobody when the caller has left before, or before the first is late', async () => {
      const bench = planBench({ a: waits, b: answers('b') }, { hedgedShare: 1 });
      bench.answeredWithin('a', 10_000);
      await expect(bench.run({}, AbortSignal.abort())).rejects.toThrow(AbortedError);
      expect(bench.asked()).toEqual([]);
      const controller = new AbortController();
      const running = bench.run({}, controller.signal);
      await settled();
      controller.abort();
      await expect(running).rejects.toThrow(AbortedError);
      expect(bench.asked()).toEqual(['a']);
    });

    it('hedges no more than its share', async () => {
      const slow: Reply = async () => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return 'a';
      };
      const { run, account, answeredWithin } = hedged({ a: slow, b: waits }, 0.25);
      for (let request = 0; request < 8; request++) {
        // What it really takes must not become what is usual.
        for (let again = 0; again < 7; again++) answeredWithin('a', 1);
        await run();
      }
      await settled();
      expect(account.trace.attempts.filter(({ hedge }) => hedge)).toHaveLength(2);
    });

    it('takes what the second has made before', async () => {
      const { run, asked } = hedged({ a: waits, b: answers('new') });
      const known = ({ provider }: { provider: { name: string } }) => (provider.name === 'b' ? 'old' : undefined);
      await expect(run({ known })).resolves.toMatchObject({ result: 'old', cached: true });
      expect(asked()).toEqual(['a']);
    });
  });
});
