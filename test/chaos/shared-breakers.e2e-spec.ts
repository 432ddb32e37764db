import { describeWithProgram, type Fault, openaiError, PATIENT_REDIS_ENVIRONMENT, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import { breakerOf, speak } from './support/ask.js';
import { startFleet, until, type Fleet } from './support/fleet.js';

const down = {
  kind: 'reply',
  status: 503,
  headers: { 'content-type': 'application/json' },
  body: openaiError(503, 'Down.').body as string,
} satisfies Fault;

describeWithProgram(REDIS_PROGRAMS, () => {
  let redis: RedisServer;
  let all: [Fleet, Fleet, Fleet];
  beforeAll(async () => {
    redis = await RedisServer.start();
    const environment = {
      REDIS_URL: redis.url,
      PARLANCE_BREAKER_OPEN_MILLISECONDS: '1000',
      PARLANCE_FIRST_BYTE_MILLISECONDS: '15000',
      // Redis is dead at times here, but never slow.
      ...PATIENT_REDIS_ENVIRONMENT,
    };
    const one = await startFleet({ environment });
    all = [one, await startFleet({ environment, beside: one }), await startFleet({ environment, beside: one })];
    // Every replica knows of every breaker.
    for (const fleet of all) await speak(fleet);
  });
  beforeEach(async () => {
    for (const fleet of all) await fleet.reset();
    await everywhere('closed');
  });
  afterAll(async () => {
    for (const fleet of all.toReversed()) await fleet.close();
    await redis.stop();
  });

  const calls = () => all[0].first.standIn.calls.length;
  const statesOf = () => Promise.all(all.map(async (fleet) => (await breakerOf(fleet, 'first'))?.state ?? 'closed'));
  const everywhere = (state: string) => until(async () => (await statesOf()).every((one) => one === state));
  const providersOf = (answers: readonly { provider: string | null }[]) => answers.map(({ provider }) => provider);

  /** Opens the breaker of the first provider with five failures in a row. */
  const open = async (fleet: Fleet, fault: Fault = down) => {
    fleet.first.standIn.fail(...Array.from({ length: 5 }, () => fault));
    for (let index = 0; index < 5; index++) await speak(fleet);
  };

  it('a provider that has failed on one replica is not asked by the others', async () => {
    const [one, two, three] = all;
    // For longer than this takes.
    await open(one, { ...down, headers: { ...down.headers, 'retry-after': '60' } });
    await until(async () => (await statesOf()).every((state) => state !== 'closed'));
    const asked = calls();
    expect(asked).toBe(5);
    expect(providersOf([await speak(two), await speak(three)])).toEqual(['second', 'second']);
    expect(calls()).toBe(asked);
    expect(two.events).toMatchObject([{ to: 'open', cause: 'server', elsewhere: true }]);
    expect(one.events).toMatchObject([{ to: 'open', cause: 'server' }]);
  });

  it.each(['success', 'failure'] as const)(
    '2: of 60 callers of all replicas two try at the moment of half-opening: %s',
    async (outcome) => {
      await open(all[1]);
      await everywhere('half_open');
      const asked = calls();
      let release = () => {};
      const released = new Promise<void>((resolve) => (release = resolve));
      const { first, second } = all[0];
      const fault: Fault = outcome === 'success' ? { kind: 'late', release: released } : { kind: 'hang' };
      first.standIn.fail(fault, fault);
      const others = second.standIn.calls.length;
      const answers = Array.from({ length: 60 }, (_, index) => speak(all[index % 3]!));
      await until(() => second.standIn.calls.length - others >= 58);
      expect(calls() - asked).toBe(2);
      release();
      if (outcome === 'failure') first.standIn.reset();
      const served = await Promise.all(answers);
      expect(served.every(({ status, broken }) => status === 200 && !broken)).toBe(true);
      if (outcome === 'success') {
        expect(served.filter(({ provider }) => provider === 'first')).toHaveLength(2);
        await everywhere('closed');
        expect(providersOf(await Promise.all(all.map((fleet) => speak(fleet))))).toEqual(['first', 'first', 'first']);
      } else {
        expect(served.filter(({ provider }) => provider === 'first')).toEqual([]);
        // Twice as long this time, on all of them.
        await until(() => all.every(({ events }) => events.filter(({ to }) => to === 'open').length === 2));
        await everywhere('half_open');
        expect((await speak(all[2])).provider).toBe('first');
        await everywhere('closed');
      }
    },
  );

  it('what an operator decides at one replica holds at all', async () => {
    const [one, two, three] = all;
    const decide = ({ url }: Fleet, action: string) =>
      fetch(`${url}/v1/providers/first/breaker`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ action }),
      });
    const held = async () =>
      Promise.all(
        all.map(async ({ url }) => ((await (await fetch(`${url}/v1/providers/first`)).json()) as { heldOpen: boolean }).heldOpen),
      );
    expect((await decide(one, 'open')).status).toBe(200);
    await until(async () => (await held()).every(Boolean));
    expect(providersOf([await speak(two), await speak(three)])).toEqual(['second', 'second']);
    expect((await decide(three, 'close')).status).toBe(200);
    await until(async () => (await held()).every((isHeld) => !isHeld));
    expect(providersOf([await speak(one), await speak(two)])).toEqual(['first', 'first']);
  });

  it('while Redis is away each replica finds out by itself, and all are one again when it is back', async () => {
    const [one, two] = all;
    await redis.kill();
    await open(one);
    expect((await breakerOf(one, 'first'))?.state).not.toBe('closed');
    expect((await speak(two)).provider).toBe('first');
    await until(async () => (await breakerOf(one, 'first'))?.state === 'half_open');
    expect((await speak(one)).provider).toBe('first');
    expect((await breakerOf(one, 'first'))?.state).toBe('closed');
    await redis.restart();
    await until(async () => {
      await one.reset();
      await open(one);
      // Messages are heard again.
      for (let look = 0; look < 20; look++) {
        if ((await statesOf()).every((state) => state !== 'closed')) return true;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return false;
    });
    await everywhere('half_open');
    expect((await speak(two)).provider).toBe('first');
    await everywhere('closed');
  });
});
