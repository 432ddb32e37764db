import type { RedisTimes } from '@parlance/cache';
import { describeWithProgram, eventually, REDIS_PROGRAMS, RedisServer, startAtNoon } from '@parlance/testing';
import { sharedParts, type SharedParts } from '../__fixtures__/shared-parts.js';
import { Budgets, type Spender } from './budgets.js';
import type { TenantBudget } from './usage.types.js';

const acme: Spender = { tenant: 'acme', agent: '', operation: 'speak' };
const EXCEEDED = { code: 'quota', reason: 'budget_exceeded', provider: undefined };

const opened: SharedParts[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(opened.splice(0).map((parts) => parts.close()));
});

function budgetsOf(budgets: Record<string, TenantBudget>, url?: string, times?: RedisTimes): Budgets {
  const parts = sharedParts(url, times);
  opened.push(parts);
  return new Budgets(parts.counts, { budgets });
}

async function granted(requests: number, reserve: (index: number) => Promise<unknown>): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: requests }, (_, index) => reserve(index)));
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject(EXCEEDED);
  return results.filter(({ status }) => status === 'fulfilled').length;
}

describe('Budgets', () => {
  beforeEach(() => startAtNoon());

  it('are none where none is set', async () => {
    const budgets = budgetsOf({ acme: { secondsPerDay: 5 }, other: { charactersPerDay: 5 } });
    expect(await budgets.reserve(acme, 1_000_000)).toBeUndefined();
    expect(await budgets.reserve({ ...acme, tenant: 'constructor' }, 1_000_000)).toBeUndefined();
  });

  it('give back what was not used, and take what was used beyond the reservation', async () => {
    const budgets = budgetsOf({ acme: { charactersPerDay: 100 } });
    const first = await budgets.reserve(acme, 100);
    await expect(budgets.reserve(acme, 1)).rejects.toMatchObject(EXCEEDED);
    first?.settle(40);
    first?.settle(40);
    const second = await budgets.reserve(acme, 50);
    second?.settle(60);
    await expect(budgets.reserve(acme, 1)).rejects.toMatchObject(EXCEEDED);
    second?.settle(0);
    expect(await budgets.reserve(acme, 60)).toBeDefined();
  });

  it('count what is left and what is needed alike', async () => {
    const budgets = budgetsOf({ acme: { secondsPerDay: 2 } });
    await budgets.reserve({ ...acme, operation: 'transcribe' }, 1.488);
    await expect(budgets.reserve({ ...acme, operation: 'transcribe' }, 1.8195)).rejects.toMatchObject({
      message: expect.stringContaining('0.512 are left, and this request needs 1.82.'),
    });
  });

  it.each([16.1, 64.1])('reach for exactly %d seconds, which is no whole number of milliseconds when it is multiplied', async (seconds) => {
    const budgets = budgetsOf({ acme: { secondsPerDay: seconds } });
    const reservation = await budgets.reserve({ ...acme, operation: 'transcribe' }, seconds);
    reservation?.settle(seconds - 1);
    expect(await budgets.reserve({ ...acme, operation: 'transcribe' }, 1)).toBeDefined();
    await expect(budgets.reserve({ ...acme, operation: 'transcribe' }, 0.001)).rejects.toMatchObject(EXCEEDED);
  });

  it('say which one it is, what is left and when it begins anew', async () => {
    jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-25T23:00:00Z'));
    const budgets = budgetsOf({ acme: { charactersPerDay: 100, agents: { support: { charactersPerDay: 20 } } } });
    await budgets.reserve(acme, 90);
    await expect(budgets.reserve(acme, 11)).rejects.toMatchObject({
      ...EXCEEDED,
      retryAfterSeconds: 3600,
      message:
        'The budget of this tenant is 100 characters a day: 10 are left, and this request needs 11. ' +
        'It begins anew at 2026-11-26T00:00:00.000Z; ask for less, or have the budget raised.',
    });
    await budgets.reserve({ ...acme, agent: 'support' }, 10);
    const more = budgets.reserve({ ...acme, agent: 'support' }, 1);
    await expect(more).rejects.toMatchObject({ message: expect.stringContaining('of this tenant') });
  });

  it('of an agent bind within that of its tenant', async () => {
    const budgets = budgetsOf({ acme: { charactersPerDay: 100, agents: { support: { charactersPerDay: 20 } } } });
    const support = { ...acme, agent: 'support' };
    await budgets.reserve(support, 15);
    await expect(budgets.reserve(support, 10)).rejects.toMatchObject({ message: expect.stringContaining('of this agent is 20') });
    expect(await granted(100, () => budgets.reserve(acme, 1))).toBe(85);
  });

  it('of an agent alone are possible', async () => {
    const budgets = budgetsOf({ acme: { agents: { support: { charactersPerDay: 20 } } } });
    const refused = budgets.reserve({ ...acme, agent: 'support' }, 21);
    await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('of this agent is 20') });
    expect(await budgets.reserve(acme, 21)).toBeUndefined();
  });

  it('are one for each tenant that has no name in them', async () => {
    const budgets = budgetsOf({ '*': { charactersPerDay: 10 }, acme: {} });
    expect(await granted(20, () => budgets.reserve({ ...acme, tenant: 'a' }, 1))).toBe(10);
    expect(await granted(20, () => budgets.reserve({ ...acme, tenant: 'b' }, 1))).toBe(10);
    expect(await granted(20, () => budgets.reserve(acme, 1))).toBe(20);
  });

  it('count recordings in parts of seconds, apart from texts', async () => {
    const budgets = budgetsOf({ acme: { secondsPerDay: 1, charactersPerDay: 0 } });
    const listening: Spender = { ...acme, operation: 'transcribe' };
    expect(await granted(20, () => budgets.reserve(listening, 0.25))).toBe(4);
    await expect(budgets.reserve(acme, 1)).rejects.toMatchObject(EXCEEDED);
  });

  it('begin anew with the UTC day', async () => {
    const budgets = budgetsOf({ acme: { charactersPerDay: 10 } });
    const now = jest.spyOn(Date, 'now').mockReturnValue(Date.parse('2026-11-25T23:59:59Z'));
    await budgets.reserve(acme, 10);
    await expect(budgets.reserve(acme, 1)).rejects.toMatchObject({ retryAfterSeconds: 1 });
    now.mockReturnValue(Date.parse('2026-11-26T00:00:00Z'));
    expect(await budgets.reserve(acme, 10)).toBeDefined();
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => startAtNoon());

  it('bind over all processes', async () => {
    const all = [1, 2, 3].map(() => budgetsOf({ acme: { charactersPerDay: 50 } }, server.url));
    expect(await granted(200, (index) => all[index % 3]!.reserve(acme, 1))).toBe(50);
  });

  it.each([
    ['paused', () => server.pause(), () => Promise.resolve(server.resume())],
    ['killed', () => server.kill(), () => server.restart()],
  ])('bind by what this process knows while Redis is %s, and over all processes again when it is back', async (how, away, back) => {
    const tenant = `while ${how}`;
    const key = `parlance:budget:{${new Date(Date.now()).toISOString().slice(0, 10)}}`;
    const field = JSON.stringify(['speak', tenant]);
    const make = () => budgetsOf({ [tenant]: { charactersPerDay: 50 } }, server.url, {});
    const [one, two] = [make(), make()];
    expect(await granted(20, () => one.reserve({ ...acme, tenant }, 1))).toBe(20);
    await away();
    const reservation = await one.reserve({ ...acme, tenant }, 10);
    expect(await granted(50, () => one.reserve({ ...acme, tenant }, 1))).toBe(20);
    reservation?.settle(0);
    expect(await granted(50, () => one.reserve({ ...acme, tenant }, 1))).toBe(10);
    await back();
    // What it held before went with it when it was killed.
    const total = async () =>
      (
        await opened
          .at(-1)!
          .counts.read(key)
          .catch(() => new Map<string, number>())
      ).get(field) ?? 0;
    await eventually(async () => (await total()) >= 30, 'The others do not know what was used.', 20_000);
    expect(await granted(1, () => two.reserve({ ...acme, tenant }, 21))).toBe(0);
  });
});
