import type { RedisTimes } from '@parlance/cache';
import { daysFromNow, describeWithProgram, eventually, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import { sharedParts, type SharedParts } from '../__fixtures__/shared-parts.js';
import { UsageLedger } from './usage-ledger.js';
import type { UsageGroup } from './usage-report.js';
import type { UsageName } from './usage.types.js';

const name: UsageName = { tenant: 'acme', agent: 'support', provider: 'openai', model: 'tts-1', operation: 'speak' };
const NONE = { requests: 0, characters: 0, seconds: 0, inputTokens: 0, outputTokens: 0, cached: 0, coalesced: 0, failed: 0 };
const days = daysFromNow();
const prices = { openai: { 'tts-1': { perMillionCharacters: 15 } } };

const opened: SharedParts[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(opened.splice(0).map((parts) => parts.close()));
});

function ledgerOf(url?: string, times?: RedisTimes): UsageLedger {
  const parts = sharedParts(url, times);
  opened.push(parts);
  return new UsageLedger(parts.counts, { prices });
}

const at = (time: string) => jest.spyOn(Date, 'now').mockReturnValue(Date.parse(time));
const report = (ledger: UsageLedger, ...groupBy: UsageGroup[]) => ledger.report({ from: '2026-11-01', to: '2026-11-30', groupBy });

describe('UsageLedger', () => {
  it('counts by all there is, in UTC days', async () => {
    const ledger = ledgerOf();
    at('2026-11-24T23:59:59.999Z');
    ledger.count(name, { requests: 1, characters: 1_000_000 });
    at('2026-11-25T00:00:00Z');
    ledger.count(name, { requests: 1, characters: 5 });
    ledger.count(name, { requests: 1, cached: 1 });
    ledger.count({ ...name, agent: '', provider: 'other' }, { requests: 1, seconds: 1.5 });
    expect(await report(ledger, 'day', 'agent', 'provider')).toEqual([
      { day: '2026-11-24', agent: 'support', provider: 'openai', ...NONE, requests: 1, characters: 1_000_000, cost: 15 },
      { day: '2026-11-25', agent: 'support', provider: 'openai', ...NONE, requests: 2, characters: 5, cached: 1, cost: 0.000075 },
      { day: '2026-11-25', agent: null, provider: 'other', ...NONE, requests: 1, seconds: 1.5, cost: null },
    ]);
  });

  it('adds up, and says nothing of a cost of which a part is unknown', async () => {
    const ledger = ledgerOf();
    at('2026-11-24T12:00:00Z');
    ledger.count(name, { requests: 1, characters: 10 });
    ledger.count({ ...name, model: 'another' }, { requests: 1, characters: 5 });
    expect(await report(ledger)).toEqual([{ ...NONE, requests: 2, characters: 15, cost: null }]);
    expect(await report(ledger, 'model')).toMatchObject([
      { model: 'another', cost: null },
      { model: 'tts-1', cost: 0.00015 },
    ]);
    expect(await report(ledger, 'tenant', 'operation')).toMatchObject([{ tenant: 'acme', operation: 'speak', requests: 2 }]);
  });

  it('gives one tenant, or one agent', async () => {
    const ledger = ledgerOf();
    at('2026-11-24T12:00:00Z');
    ledger.count(name, { requests: 1 });
    ledger.count({ ...name, tenant: 'other' }, { requests: 2 });
    ledger.count({ ...name, tenant: 'other', agent: 'sales' }, { requests: 4 });
    const requests = async (filter: { tenant?: string; agent?: string }) =>
      (await ledger.report({ from: '2026-11-24', to: '2026-11-24', groupBy: [], ...filter }))[0]?.requests;
    expect(await requests({ tenant: 'other' })).toBe(6);
    expect(await requests({ agent: 'support' })).toBe(3);
    expect(await requests({ tenant: 'other', agent: 'sales' })).toBe(4);
    expect(await requests({ tenant: 'nobody' })).toBeUndefined();
  });

  it('holds no more than so many names a day, and loses no count for it', async () => {
    const ledger = ledgerOf();
    at('2026-11-24T12:00:00Z');
    for (let agent = 0; agent < 10_050; agent += 1) ledger.count({ ...name, agent: `agent-${agent}` }, { requests: 1 });
    ledger.count({ ...name, agent: 'agent-1' }, { requests: 1 });
    const rows = await report(ledger, 'agent');
    expect(rows).toHaveLength(10_001);
    expect(rows.find(({ agent }) => agent === '(others)')).toMatchObject({ requests: 50 });
    expect(rows.find(({ agent }) => agent === 'agent-1')).toMatchObject({ requests: 2 });
    expect(await report(ledger)).toMatchObject([{ requests: 10_051 }]);
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(() => server.command('FLUSHALL'));

  const requests = async (ledger: UsageLedger) => (await ledger.report({ ...days, groupBy: [] }))[0]?.requests;

  it('every process knows what all have counted', async () => {
    const ledgers = [ledgerOf(server.url), ledgerOf(server.url), ledgerOf(server.url)];
    await Promise.all(ledgers.map((ledger) => ledger.report({ ...days, groupBy: [] })));
    for (let round = 0; round < 100; round += 1) for (const ledger of ledgers) ledger.count(name, { requests: 1, seconds: 0.25 });
    const all = async () => (await requests(ledgers[2]!)) === 300;
    await eventually(all, 'Something was lost, or counted twice.');
    expect(await ledgers[0]!.report({ ...days, groupBy: ['agent'] })).toMatchObject([{ agent: 'support', seconds: 75 }]);
    expect(await server.command('KEYS', 'parlance:usage:*')).toContainEqual(expect.stringMatching(/^parlance:usage:\{\d{4}-\d\d-\d\d\}$/));
  });

  it.each([
    ['paused', () => server.pause(), () => Promise.resolve(server.resume())],
    ['killed', () => server.kill(), () => server.restart()],
  ])('counts once what was used while Redis was %s, and says that it has no numbers meanwhile', async (_how, away, back) => {
    const [ledger, other] = [ledgerOf(server.url, {}), ledgerOf(server.url)];
    expect(await requests(ledger)).toBeUndefined();
    await away();
    for (let round = 0; round < 20; round += 1) ledger.count(name, { requests: 1 });
    await expect(requests(ledger)).rejects.toMatchObject({ code: 'unavailable', reason: 'redis_unavailable' });
    ledger.count(name, { requests: 1 });
    await back();
    await eventually(async () => (await requests(other).catch(() => 0)) === 21, 'It was not counted.', 20_000);
    await Promise.all(opened.map(({ counts }) => counts.close()));
    expect(await requests(other)).toBe(21);
  });
});
