import { RateLimits, RedisConnections, SharedRedis } from '@parlance/cache';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { answers, planBench, throws } from '../__fixtures__/plan-bench.js';
import { ProviderQuota } from './provider-quota.js';

function quotaOf(providerLimits: Record<string, { requestsPerMinute: number }>): ProviderQuota {
  return new ProviderQuota(new RateLimits(new SharedRedis(new RedisConnections())), { providerLimits });
}

const SKIPPED = { provider: 'a', reason: 'its limit of requests a minute is reached' };

describe('a provider that has reached its own limit', () => {
  it('is left out with a reason, and the next one serves', async () => {
    const { run, asked, account } = planBench({ a: answers('first'), b: answers('second') }, {}, quotaOf({ a: { requestsPerMinute: 2 } }));
    for (let request = 0; request < 4; request += 1) await run();
    expect(asked()).toEqual(['a', 'a', 'b', 'b']);
    expect(account.trace.skipped).toEqual([SKIPPED]);
  });

  it('is asked no more than that, however many ask at once', async () => {
    const { run, asked } = planBench({ a: answers('first'), b: answers('second') }, {}, quotaOf({ a: { requestsPerMinute: 10 } }));
    await Promise.all(Array.from({ length: 50 }, () => run()));
    expect(asked().filter((name) => name === 'a')).toHaveLength(10);
    expect(asked()).toHaveLength(50);
  });

  it('is not asked again for the same request either', async () => {
    jest.spyOn(Math, 'random').mockReturnValue(0);
    const bench = planBench(
      { a: throws(failureOf('timeout')), b: answers('second') },
      { retries: 2 },
      quotaOf({ a: { requestsPerMinute: 1 } }),
    );
    expect((await bench.run()).result).toBe('second');
    expect(bench.asked()).toEqual(['a', 'b']);
    jest.restoreAllMocks();
  });

  it('says when to come back if it is the only one', async () => {
    const { run } = planBench({ a: answers('first') }, {}, quotaOf({ a: { requestsPerMinute: 1 } }));
    await run();
    await expect(run()).rejects.toMatchObject({
      code: 'rate',
      retryAfterSeconds: 60,
      message: expect.stringContaining('a: its limit of requests is reached'),
    });
  });

  it('is not charged while its breaker is open', async () => {
    const quota = quotaOf({ a: { requestsPerMinute: 1 } });
    const { run, asked, upstreams } = planBench({ a: answers('first'), b: answers('second') }, {}, quota);
    upstreams.hold('a');
    await run();
    upstreams.close('a');
    await run();
    expect(asked()).toEqual(['b', 'a']);
  });
});
