import type { Trace, TraceCandidate } from '@parlance/contracts';
import { daysFromNow, startAtNoon } from '@parlance/testing';
import { sharedParts, type SharedParts } from '../__fixtures__/shared-parts.js';
import { Bill } from './bill.js';
import { Budgets, type Spender } from './budgets.js';
import { UsageLedger } from './usage-ledger.js';

const spender: Spender = { tenant: 'acme', agent: 'support', operation: 'speak' };
const one: TraceCandidate = { provider: 'one', model: 'small' };
const trace = (servedBy?: TraceCandidate): Trace => ({
  operation: 'speak',
  plan: [],
  skipped: [],
  attempts: [],
  cache: 'miss',
  segments: 1,
  ...(servedBy !== undefined && { servedBy }),
});

describe('a bill', () => {
  let parts: SharedParts;
  let budgets: Budgets;
  beforeEach(() => {
    startAtNoon();
    parts = sharedParts();
    budgets = new Budgets(parts.counts, { budgets: { acme: { charactersPerDay: 100 } } });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await parts.close();
  });

  const ledger = () => new UsageLedger(parts.counts, {});
  const open = () => new Bill(spender, ledger(), budgets);
  /** Of each model, in the order of their names: requests, of these out of the cache, and characters. */
  const counted = async () => {
    const rows = await ledger().report({ ...daysFromNow(), groupBy: ['provider', 'model'] });
    return rows
      .map(({ provider, model, requests, cached, characters }) => [`${provider} ${model}`, requests, cached, characters])
      .toSorted(([a], [b]) => String(a).localeCompare(String(b)));
  };
  /** What is left of the budget: whoever asks for too much is told. */
  const left = async () => {
    const { message } = (await budgets.reserve(spender, 1000).catch((failure: unknown) => failure)) as Error;
    return Number(/(\d+) are left/.exec(message)?.[1]);
  };

  it('holds what it has reserved until the work is over', async () => {
    const bill = open();
    await bill.reserve(60);
    expect(await left()).toBe(40);
    bill.charge(one, 25).comes();
    expect(await left()).toBe(40);
    bill.close(trace(one));
    expect(await left()).toBe(75);
  });

  it('gives back at once what is only reserved when the caller has left', async () => {
    const bill = open();
    const reserved = bill.reserve(60);
    bill.close(trace());
    await reserved;
    expect(await left()).toBe(100);
  });

  it('is closed once', async () => {
    const bill = open();
    bill.charge(one, 25).comes();
    bill.close(trace(one));
    bill.close(trace(one));
    expect(await counted()).toEqual([['one small', 1, 0, 25]]);
  });

  it('takes what comes when nobody waits for it any more, and counts each character once', async () => {
    const bill = open();
    await bill.reserve(60);
    const [first, late] = [bill.charge(one, 25), bill.charge({ ...one, model: 'large' }, 35)];
    first.comes();
    bill.close(trace(one));
    expect(await left()).toBe(75);
    late.comes();
    expect(await left()).toBe(40);
    // It says now what it counts, which is less than was to be feared.
    late.says({ characters: 30 });
    late.comes();
    expect(await left()).toBe(45);
    expect(await counted()).toEqual([
      ['one large', 0, 0, 30],
      ['one small', 1, 0, 25],
    ]);
  });

  it('adds up the calls of one model, and is free when nothing came of any', async () => {
    const several = open();
    for (const model of ['small', 'large', 'small']) several.charge({ ...one, model }, 10).comes();
    several.charge({ ...one, provider: 'two' }, 10).comes();
    several.close(trace(one));
    const free = open();
    free.charge(one, 10).says(undefined);
    free.close(trace(one));
    expect(await counted()).toEqual([
      ['one large', 0, 0, 10],
      ['one small', 2, 1, 20],
      ['two small', 0, 0, 10],
    ]);
  });
});
