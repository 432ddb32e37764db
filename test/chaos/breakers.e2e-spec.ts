import { openaiError, type Fault } from '@parlance/testing';
import { breakerOf, errorOf, newText, speak } from './support/ask.js';
import { startFleet, until, type Fleet } from './support/fleet.js';
import { held } from './support/held.js';

const failing = (status: number, headers: Record<string, string> = {}, code: string | null = null): Fault => {
  const { body, headers: own } = openaiError(status, 'No.', code);
  return { kind: 'reply', status, headers: { ...own, ...headers }, body: body as string };
};
const times = (count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);

describe('circuit breakers', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet({ environment: { PARLANCE_BREAKER_OPEN_MILLISECONDS: '400', PARLANCE_FIRST_BYTE_MILLISECONDS: '3000' } });
  });
  beforeEach(() => fleet.reset());
  afterAll(() => fleet.close());

  const first = {
    get calls() {
      return fleet.first.standIn.calls.length;
    },
  };
  const second = {
    get calls() {
      return fleet.second.standIn.calls.length;
    },
  };

  /** Opens the breaker of the first provider with five failures in a row; it is half open soon after, unless they say otherwise. */
  const open = async (headers: Record<string, string> = {}) => {
    fleet.first.standIn.fail(...times(5, failing(503, headers)));
    for (let index = 0; index < 5; index++) await speak(fleet);
    expect(fleet.events).toMatchObject([{ upstream: { provider: 'first' }, to: 'open', cause: 'server' }]);
  };
  /** Longer than any of these tests takes. */
  const forLong = { 'retry-after': '60' };
  const halfOpen = () => until(async () => (await breakerOf(fleet, 'first'))?.state === 'half_open');

  it('1: a provider that always fails is asked no more than the threshold and the trials', async () => {
    await fleet.first.network.refuse();
    const answers = [];
    for (let index = 0; index < 60; index++) answers.push(await speak(fleet));
    expect(answers.every(({ status, provider, bytes }) => status === 200 && provider === 'second' && bytes.length > 1000)).toBe(true);
    const opened = fleet.events.filter(({ to }) => to === 'open').length;
    const halves = fleet.events.filter(({ to }) => to === 'half_open').length;
    const failed = answers.filter(({ attempts }) => attempts !== '1').length;
    expect(opened).toBeGreaterThanOrEqual(1);
    expect(failed).toBeLessThanOrEqual(5 + halves);
  });

  it.each(['success', 'failure', 'abort'] as const)(
    '2: of 50 callers at the moment of half-opening two try, and their %s frees the places',
    async (outcome) => {
      await open();
      await halfOpen();
      const asked = first.calls;
      let release = () => {};
      const released = new Promise<void>((resolve) => (release = resolve));
      // What comes of a gate is half an answer until it opens; a provider that hangs gives nothing at all.
      // A caller who comes late may try after the first two have failed.
      const fault: Fault = outcome === 'success' ? { kind: 'late', release: released } : { kind: 'hang' };
      fleet.first.standIn.fail(...times(outcome === 'failure' ? 50 : 2, fault));
      const leaving = new AbortController();
      const answers = Array.from({ length: 50 }, () => speak(fleet, { signal: leaving.signal }).catch(() => undefined));
      await until(() => second.calls >= 5 + 48);
      expect(first.calls - asked).toBe(2);
      if (outcome === 'abort') leaving.abort();
      release();
      const served = await Promise.all(answers);
      if (outcome === 'abort') {
        await until(() => fleet.first.standIn.openSockets === 0);
        expect((await breakerOf(fleet, 'first'))?.state).toBe('half_open');
        // The places are free again.
        expect((await speak(fleet)).provider).toBe('first');
      } else if (outcome === 'success') {
        expect(served.filter((answer) => answer?.provider === 'first')).toHaveLength(2);
        expect(await breakerOf(fleet, 'first')).toMatchObject({ state: 'closed', cause: 'recovered' });
        expect((await speak(fleet)).provider).toBe('first');
      } else {
        expect(served.every((answer) => answer?.status === 200 && answer.provider === 'second')).toBe(true);
        expect((await breakerOf(fleet, 'first'))?.cause).toBe('timeout');
        fleet.first.standIn.reset();
        await halfOpen();
        expect((await speak(fleet)).provider).toBe('first');
      }
    },
  );

  it('3: what a provider answers after its breaker has opened comes too late', async () => {
    const { fault, release } = held('gate');
    fleet.first.standIn.fail(fault);
    const late = speak(fleet, { format: 'wav' });
    await until(() => first.calls === 1);
    await open(forLong);
    expect(await breakerOf(fleet, 'first')).toMatchObject({ state: 'open', cause: 'server' });
    release();
    expect(await late).toMatchObject({ status: 200, broken: false });
    const opened = fleet.events.length;
    expect((await speak(fleet)).provider).toBe('second');
    expect(fleet.events).toHaveLength(opened);
  });

  it('4: one bad request that everybody breaks on is counted against the first alone', async () => {
    const poison = newText();
    fleet.first.standIn.fail(...times(3, failing(500)));
    fleet.second.standIn.fail(...times(3, failing(500)));
    for (let index = 0; index < 3; index++) expect((await speak(fleet, { input: poison })).status).toBe(503);
    expect(await breakerOf(fleet, 'first')).toMatchObject({ state: 'closed', failures: 3 });
    expect(await breakerOf(fleet, 'second')).toMatchObject({ state: 'closed', calls: 0, failures: 0 });
  });

  it.each([
    [400, 400, 0],
    [422, 400, 0],
    // That is the limit of this vendor, and the next may have another.
    [413, 200, 1],
  ])('5: a client error %i is answered %i, asks %i others, and trips nothing', async (status, answered, others) => {
    fleet.first.standIn.fail(failing(status));
    expect((await speak(fleet)).status).toBe(answered);
    expect([first.calls, second.calls]).toEqual([1, others]);
    expect(await breakerOf(fleet, 'first')).toMatchObject({ state: 'closed', calls: 0 });
  });

  it.each([
    [401, null, 'auth'],
    [403, null, 'permission'],
    [402, null, 'quota'],
    [429, 'insufficient_quota', 'quota'],
  ])('6: %i %s is not repeated, opens for long, and raises one alert', async (status, code, cause) => {
    fleet.first.standIn.fail(failing(status, {}, code));
    const answers = [];
    for (let index = 0; index < 4; index++) answers.push(await speak(fleet));
    expect(answers.map(({ provider }) => provider)).toEqual(['second', 'second', 'second', 'second']);
    expect(first.calls).toBe(1);
    const { state, openForMilliseconds, ...breaker } = (await breakerOf(fleet, 'first'))!;
    expect(breaker.cause).toBe(cause);
    expect(state).toBe('open');
    expect(openForMilliseconds).toBeGreaterThan(30_000);
    expect(fleet.events.filter(({ alert }) => alert)).toMatchObject([{ upstream: { provider: 'first' }, cause }]);
  });

  it.each([
    [{ 'retry-after': '7' }, 6000, 8000],
    [{}, 100, 1300],
  ])('7: a 429 with %j opens for as long as it says, and the next provider serves', async (headers, least, most) => {
    fleet.first.standIn.fail(failing(429, headers));
    expect((await speak(fleet)).provider).toBe('second');
    // What is left of it by now depends on the machine.
    const [{ to, cause, openMilliseconds = 0 }] = fleet.events as [Fleet['events'][number]];
    expect([to, cause]).toEqual(['open', 'rate']);
    expect(openMilliseconds).toBeGreaterThan(least);
    expect(openMilliseconds).toBeLessThan(most);
    const { state, openForMilliseconds = 0, ...told } = (await breakerOf(fleet, 'first'))!;
    expect(['open', 'half_open']).toContain(state);
    expect(told.cause).toBe('rate');
    expect(openForMilliseconds).toBeLessThan(most);
    expect(first.calls).toBe(1);
  });

  it('tells the caller when to come back where nobody may be asked', async () => {
    fleet.first.standIn.fail(failing(429, { 'retry-after': '20' }));
    fleet.second.standIn.fail(failing(429, { 'retry-after': '9' }));
    const refused = await speak(fleet);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('x-should-retry')).toBe('false');
    const barred = await speak(fleet);
    expect(barred.status).toBe(503);
    expect(Number(barred.headers.get('retry-after'))).toBeGreaterThanOrEqual(8);
    expect(barred.headers.get('x-should-retry')).toBeNull();
    expect(errorOf(barred).message).toContain('first: breaker open, rate');
    expect([first.calls, second.calls]).toEqual([1, 1]);
  });

  it('serves what was made before while its maker is not asked', async () => {
    const input = newText();
    await speak(fleet, { input });
    await open(forLong);
    expect(await speak(fleet, { input })).toMatchObject({ provider: 'first', cache: 'hit' });
  });
});
