import { describeWithProgram, eventually, PATIENT_REDIS_ENVIRONMENT, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import type { UsageRow } from '@parlance/voice';
import { RateLimitError } from 'openai';
import { errorOf, speak, type SpeechAnswer } from './support/ask.js';
import { startFleet, until, type Fleet, type FleetOptions } from './support/fleet.js';

/** One sentence, equally long for each number up to 8999. */
const sentence = (number: number) => `This is sentence number ${1000 + number}`;
const LENGTH = sentence(0).length;

async function usage({ url }: Fleet): Promise<UsageRow[]> {
  const response = await fetch(`${url}/v1/usage?groupBy=tenant,provider`);
  return ((await response.json()) as { data: UsageRow[] }).data;
}

const calls = (fleets: readonly Fleet[]) => fleets.flatMap(({ first, second }) => [...first.standIn.calls, ...second.standIn.calls]).length;

describe('32: over the limit, over the budget', () => {
  const fleets: Fleet[] = [];
  afterEach(async () => {
    await Promise.all(fleets.splice(0).map((fleet) => fleet.close()));
  });

  async function start(options: FleetOptions): Promise<Fleet> {
    const fleet = await startFleet(options);
    fleets.push(fleet);
    return fleet;
  }

  /** Refused, with the time to come back, and at no cost. */
  async function expectRefused(fleet: Fleet, ask: () => Promise<SpeechAnswer>, code: string): Promise<void> {
    const before = { calls: calls([fleet]), usage: await usage(fleet) };
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(errorOf(refused)).toMatchObject({ type: 'rate_limit_error', code, message: expect.stringMatching(/again|anew/) });
    expect({ calls: calls([fleet]), usage: await usage(fleet) }).toEqual(before);
  }

  it('one request too many of a client is refused, and costs nothing', async () => {
    const fleet = await start({ environment: { PARLANCE_RATE_LIMIT_PER_MINUTE: '2' } });
    for (const number of [1, 2]) expect((await speak(fleet, { input: sentence(number) })).status).toBe(200);
    // What is in the cache has to be asked for as well.
    for (const number of [1, 3]) await expectRefused(fleet, () => speak(fleet, { input: sentence(number) }), 'rate_limit_exceeded');
    expect(calls([fleet])).toBe(2);
    const asked = fleet.client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input: sentence(4) });
    await expect(asked).rejects.toThrow(RateLimitError);
  });

  it('what the budget does not reach for is refused, and costs nothing; what is in the cache is served', async () => {
    const budget = { charactersPerDay: 2 * LENGTH };
    const fleet = await start({
      configuration: { tenants: { default: { budget } }, prices: { first: { '*': { perMillionCharacters: 15 } } } },
    });
    for (const number of [1, 2]) expect((await speak(fleet, { input: sentence(number) })).status).toBe(200);
    await until(async () => (await usage(fleet))[0]?.characters === 2 * LENGTH);
    await expectRefused(fleet, () => speak(fleet, { input: sentence(3) }), 'budget_exceeded');
    expect(await speak(fleet, { input: sentence(1) })).toMatchObject({ status: 200, cache: 'hit' });
    const cost = (2 * LENGTH * 15) / 1_000_000;
    expect(await usage(fleet)).toMatchObject([
      { tenant: 'default', provider: 'first', requests: 3, cached: 1, characters: 2 * LENGTH, cost },
    ]);
  });

  it('a vendor over the limit of its account is left to the next one', async () => {
    const fleet = await start({ firstAccount: { limits: { requestsPerMinute: 2 } } });
    const served: (string | null)[] = [];
    for (const number of [1, 2, 3]) served.push((await speak(fleet, { input: sentence(number) })).provider);
    expect(served).toEqual(['first', 'first', 'second']);
    expect(fleet.first.standIn.calls).toHaveLength(2);
  });

  describeWithProgram(REDIS_PROGRAMS, () => {
    let redis: RedisServer;
    beforeAll(async () => {
      redis = await RedisServer.start();
    });
    afterAll(() => redis.stop());

    const shared = () => ({ REDIS_URL: redis.url, PARLANCE_FIRST_BYTE_MILLISECONDS: '30000', PARLANCE_IDLE_MILLISECONDS: '30000' });
    // Two hundred requests in one process: what is slow is this process, and not Redis.
    const patient = () => ({ ...shared(), ...PATIENT_REDIS_ENVIRONMENT });

    it('of two hundred requests at once to three replicas a budget for fifty pays exactly fifty', async () => {
      const configuration = { tenants: { default: { budget: { charactersPerDay: 50 * LENGTH } } } };
      for (let replica = 0; replica < 3; replica += 1) await start({ configuration, environment: patient() });
      const ask = (number: number) => speak(fleets[number % 3]!, { input: sentence(number) });
      const answers = await Promise.all(Array.from({ length: 200 }, (_, number) => ask(number)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(150);
      expect(calls(fleets)).toBe(50);
      // Each replica knows what all have used.
      for (const fleet of fleets) {
        await eventually(async () => (await usage(fleet))[0]?.requests === 50, 'Usage was lost, or counted twice.');
        expect(await usage(fleet)).toMatchObject([{ tenant: 'default', provider: 'first', characters: 50 * LENGTH, failed: 0 }]);
      }
    });

    it('requests are served and limited while Redis is silent, and what they used is known when it is back', async () => {
      await redis.command('FLUSHALL');
      const configuration = { tenants: { default: { budget: { charactersPerDay: 3 * LENGTH } } } };
      const environment = { ...shared(), PARLANCE_RATE_LIMIT_PER_MINUTE: '10' };
      const fleet = await start({ configuration, environment });
      expect((await speak(fleet, { input: sentence(1) })).status).toBe(200);
      await redis.pause();
      const statuses: number[] = [];
      for (let number = 2; number < 14; number += 1) statuses.push((await speak(fleet, { input: sentence(number) })).status);
      expect(statuses.filter((status) => status === 200)).toHaveLength(2);
      expect((await fetch(`${fleet.url}/v1/usage`)).status).toBe(503);
      redis.resume();
      const known = async () => (await fetch(`${fleet.url}/v1/usage`)).ok && (await usage(fleet))[0]?.characters === 3 * LENGTH;
      await eventually(known, 'What was used meanwhile is not known.', 20_000);
      expect(calls([fleet])).toBe(3);
    });
  });
});
