import { AbortedError, ExhaustedError, ParlanceError } from '@parlance/contracts';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { answers, freeTrials, planBench, throws, type Reply } from '../__fixtures__/plan-bench.js';
import { Deadline } from './deadline.js';
import { RetryAllowance } from './retry-allowance.js';

const fails = (code: Parameters<typeof failureOf>[0], retryAfterSeconds?: number) => throws(failureOf(code, retryAfterSeconds));

describe('PlanRun', () => {
  // No pause before a retry.
  beforeEach(() => jest.spyOn(Math, 'random').mockReturnValue(0));
  afterEach(() => jest.restoreAllMocks());

  describe('the order', () => {
    it('asks one after the other until one serves', async () => {
      const { run, asked, attempts, account } = planBench({ a: fails('server'), b: fails('quota'), c: answers('yes'), d: answers('no') });
      const { candidate, result, cached, failed } = await run();
      expect([candidate.provider.name, result, cached]).toEqual(['c', 'yes', false]);
      expect(asked()).toEqual(['a', 'b', 'c']);
      expect(attempts()).toEqual(['a: server', 'b: quota', 'c: ok']);
      expect(failed.map(({ provider }) => provider)).toEqual(['a', 'b']);
      expect(account.trace.servedBy).toEqual({ provider: 'c', model: 'c-model' });
    });

    it.each([
      'too_large',
      'not_found',
      'unsupported',
      'auth',
      'permission',
      'quota',
      'rate',
      'server',
      'timeout',
      'empty',
      'unavailable',
    ] as const)('goes on after %s', async (code) => {
      const { run, asked } = planBench({ a: fails(code), b: answers('yes') });
      await expect(run()).resolves.toMatchObject({ result: 'yes' });
      expect(asked()).toEqual(['a', 'b']);
    });

    it.each<[string, Reply]>([
      ['an error of another kind', throws(new TypeError('cannot read the secret of undefined'))],
      ['a word', throws('secret')],
      ['nothing', throws(undefined)],
      ['an AbortedError that nobody asked for', throws(new AbortedError())],
      [
        'an error before its promise',
        () => {
          throw new RangeError('secret');
        },
      ],
    ])('goes on after %s, as a failure of the provider', async (_, reply) => {
      const { run, upstreamOf } = planBench({ a: reply, b: answers('yes') });
      const { failed } = await run();
      expect(failed[0]?.failure).toMatchObject({ code: 'server', provider: 'a', message: expect.not.stringContaining('secret') });
      expect(upstreamOf('a').breaker.counts.failures).toBe(1);
    });

    it('asks nobody else when the request is wrong, and counts nothing', async () => {
      const { run, asked, upstreamOf } = planBench(
        { a: fails('invalid'), b: answers('yes') },
        { retries: 5, breaker: { consecutiveFailures: 1 } },
      );
      const failure = await run().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'invalid' });
      expect(failure).not.toBeInstanceOf(ExhaustedError);
      expect(asked()).toEqual(['a']);
      expect(upstreamOf('a').breaker.counts.calls).toBe(0);
    });

    it('asks one other where no words were found in speech', async () => {
      const { run, asked } = planBench({ a: fails('no_speech'), b: fails('no_speech'), c: answers('yes') });
      await expect(run()).rejects.toMatchObject({ code: 'no_speech' });
      expect(asked()).toEqual(['a', 'b']);
    });

    it('asks one other also where something else has failed before', async () => {
      const { run, asked } = planBench({ a: fails('server'), b: fails('no_speech'), c: answers('yes') });
      await expect(run()).resolves.toMatchObject({ result: 'yes' });
      expect(asked()).toEqual(['a', 'b', 'c']);
    });

    it('takes what was made before instead of asking, in its turn', async () => {
      const { run, asked, attempts } = planBench({ a: fails('server'), b: answers('new') });
      const served = await run({ known: ({ provider }) => (provider.name === 'b' ? 'old' : undefined) });
      expect(served).toMatchObject({ result: 'old', cached: true });
      served.permit.failed(failureOf('auth'));
      expect([asked(), attempts()]).toEqual([['a'], ['a: server']]);
    });
  });

  describe('circuit breakers', () => {
    it('does not ask whose breaker is open', async () => {
      const { run, asked, upstreams } = planBench({ a: answers('a'), b: answers('b') });
      upstreams.hold('a');
      await expect(run()).resolves.toMatchObject({ result: 'b', failed: [] });
      expect(asked()).toEqual(['b']);
      upstreams.hold('b', 7000);
      await expect(run()).rejects.toMatchObject({
        code: 'unavailable',
        message: 'No provider of the plan is asked just now (a: breaker open, manual, b: breaker open, manual). Try again later.',
        retryAfterSeconds: 7,
      });
    });

    it.each(['server', 'timeout', 'empty'] as const)('counts a request that all break on by %s against the first only', async (code) => {
      const { run, upstreamOf } = planBench({ a: fails(code), b: fails(code), c: fails(code) });
      await expect(run()).rejects.toThrow(ExhaustedError);
      expect(['a', 'b', 'c'].map((name) => upstreamOf(name).breaker.counts.failures)).toEqual([1, 0, 0]);
    });

    it('counts against everybody what has to do with their account', async () => {
      const { run, upstreamOf } = planBench({ a: fails('server'), b: fails('auth'), c: fails('rate') });
      await expect(run()).rejects.toThrow(ExhaustedError);
      expect(['a', 'b', 'c'].map((name) => upstreamOf(name).breaker.state)).toEqual(['closed', 'open', 'open']);
    });

    it('closes a half open breaker with the first answer; how it ends is for the reader to say', async () => {
      const { run, halfOpen, upstreamOf } = planBench({ a: answers('yes') });
      halfOpen('a');
      const { permit } = await run();
      expect(upstreamOf('a').breaker.state).toBe('closed');
      permit.failed(failureOf('server'));
      expect(upstreamOf('a').breaker.counts).toEqual({ calls: 1, failures: 1, consecutive: 1 });
    });

    it.each(['invalid', 'unsupported'] as const)('gives a trial back that ended with %s', async (code) => {
      const { run, halfOpen, upstreamOf } = planBench({ a: fails(code) });
      halfOpen('a');
      await expect(run()).rejects.toThrow(ParlanceError);
      expect(freeTrials(upstreamOf('a').breaker)).toBe(2);
    });

    it('gives the trial of a provider back that is not to blame', async () => {
      const { run, halfOpen, upstreamOf } = planBench({ a: fails('server'), b: fails('server') });
      halfOpen('b');
      await expect(run()).rejects.toThrow(ExhaustedError);
      expect(freeTrials(upstreamOf('b').breaker)).toBe(2);
    });
  });

  describe('retries', () => {
    it('repeats what may pass, and says which call it was', async () => {
      const { run, account } = planBench({ a: [fails('timeout'), answers('yes')], b: answers('no') }, { retries: 2 });
      await expect(run()).resolves.toMatchObject({ result: 'yes' });
      expect(account.trace.attempts).toMatchObject([{ outcome: 'timeout' }, { outcome: 'ok', retry: 1 }]);
    });

    it('makes no more of them than one request may, over all providers and pieces', async () => {
      const { run, asked } = planBench({ a: fails('timeout'), b: fails('timeout'), c: fails('timeout') });
      const limits = { retries: new RetryAllowance(3), deadline: new Deadline(60_000) };
      await expect(run({ limits })).rejects.toMatchObject({ code: 'timeout' });
      expect(asked()).toEqual(['a', 'a', 'a', 'b', 'b', 'c']);
      await expect(run({ limits, segment: 1 })).rejects.toMatchObject({ code: 'timeout' });
      expect(asked().slice(6)).toEqual(['a', 'b', 'c']);
    });

    it('does not repeat what has opened the breaker', async () => {
      const { run, asked } = planBench({ a: fails('server'), b: answers('yes') }, { retries: 2, breaker: { consecutiveFailures: 1 } });
      await run();
      expect(asked()).toEqual(['a', 'b']);
    });

    it.each([0.02, undefined])(
      'waits for a provider that is asked too much, also where that has opened its breaker (%s s)',
      async (hint) => {
        const replies = { a: [fails('rate', hint), answers('yes')] };
        const { run, account, upstreamOf } = planBench(replies, { retries: 1, breaker: { shortOpenMilliseconds: 1300 } });
        await expect(run()).resolves.toMatchObject({ result: 'yes' });
        expect(account.trace.attempts.map(({ outcome }) => outcome)).toEqual(['rate', 'ok']);
        expect(upstreamOf('a').breaker.cause).toBe('recovered');
      },
    );

    it('does not wait for a breaker that something else has opened, and takes no retry for it', async () => {
      const { run, asked } = planBench({ a: fails('server') }, { breaker: { consecutiveFailures: 1 } });
      const retries = new RetryAllowance(1);
      await expect(run({ limits: { retries, deadline: new Deadline(60_000) } })).rejects.toMatchObject({ code: 'server' });
      expect(asked()).toEqual(['a']);
      const failure = failureOf('timeout');
      expect(retries.take({ failure, retries: 0, took: 0, othersLeft: false, deadline: new Deadline(1000), barredFor: 0 })).toBeDefined();
    });

    it('waits rather than give up where all others are not to be asked anyway', async () => {
      const { run, asked, upstreams } = planBench({ a: [fails('rate', 0.02), answers('yes')], b: answers('no') }, { retries: 1 });
      upstreams.hold('b');
      await expect(run()).resolves.toMatchObject({ result: 'yes' });
      expect(asked()).toEqual(['a', 'a']);
    });
  });
});
