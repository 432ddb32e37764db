import assert from 'node:assert/strict';
import type { ErrorCode } from '@parlance/contracts';
import type { Fault } from '../../vendors/fault.js';
import { eventually, type Check } from '../check.js';
import { assertCode, assertNotCalled, failureOf, patience, SHORT_LIMITS, untilFree, within, type AnyBench } from './check-tools.js';
import type { ProviderSettings } from './provider-bench.js';

type Probe = (signal: AbortSignal) => Promise<void>;

/** What a provider does that asks its vendor whether all is well. One that has nothing to ask passes. */
export function probeChecks<B extends AnyBench>(): Check<B>[] {
  const becomes = (bench: B, code: ErrorCode, fault: Fault, settings: Partial<ProviderSettings> = {}) =>
    withProbe(bench, settings, async (probe) => {
      bench.standIn.failProbes(fault);
      const error = await failureOf(bench, probe(new AbortController().signal), `A probe and '${fault.kind}'`);
      assertCode(error, [code], `A probe and '${fault.kind}'`);
      await untilFree(bench, `A probe and '${fault.kind}'`);
    });
  return [
    { name: 'asks by a probe what costs nothing, over the same connection', run: asksForNothing },
    { name: 'tells by a probe that the key is wrong', run: tellsTheKey },
    { name: 'tells by a probe that the vendor cannot be reached', run: (bench) => becomes(bench, 'timeout', { kind: 'refuse' }) },
    { name: 'gives a probe up that is not answered', run: (bench) => becomes(bench, 'timeout', { kind: 'hang' }, SHORT_LIMITS) },
    { name: 'takes a page for no answer to a probe', run: (bench) => becomes(bench, 'server', { kind: 'html' }) },
    { name: 'leaves a probe with its caller', run: leaves },
  ];
}

async function asksForNothing(bench: AnyBench): Promise<void> {
  await withProbe(bench, {}, async (probe) => {
    for (let round = 0; round < 5; round++) await within(bench, probe(new AbortController().signal), 'A probe');
    await untilFree(bench, 'A probe');
    const { calls, requests, connectionsOpened } = bench.standIn;
    assert.equal(calls.length, 0, 'A probe makes no call that costs something.');
    assert(requests.length >= 5, 'A probe asks the vendor each time.');
    assert(connectionsOpened <= 2, `5 probes one after the other took ${connectionsOpened} connections.`);
  });
}

async function tellsTheKey(bench: AnyBench): Promise<void> {
  await withProbe(bench, { key: 'another-key-0123456789' }, async (probe) => {
    assertCode(await failureOf(bench, probe(new AbortController().signal), 'A wrong key'), ['auth'], 'A wrong key');
  });
  const refusal = bench.errors.find(({ expect }) => expect.code === 'auth');
  assert(refusal !== undefined, "The bench has no error that becomes 'auth'.");
  await withProbe(bench, {}, async (probe, name) => {
    bench.standIn.failProbes(refusal.reply);
    const error = await failureOf(bench, probe(new AbortController().signal), refusal.name);
    assertCode(error, ['auth'], refusal.name);
    assert.equal(error.provider, name, `${refusal.name}: the error names the provider`);
    assert(!error.message.includes(bench.goodKey), `${refusal.name}: the error repeats the key.`);
  });
}

async function leaves(bench: AnyBench): Promise<void> {
  await withProbe(bench, {}, async (probe) => {
    const early = await failureOf(bench, probe(AbortSignal.abort(new Error('left'))), 'Left before the probe');
    assertCode(early, ['aborted'], 'Left before the probe');
    assertNotCalled(bench, 'Left before the probe');
    bench.standIn.failProbes({ kind: 'hang' });
    const leaving = new AbortController();
    const failed = failureOf(bench, probe(leaving.signal), 'Left in a probe');
    failed.catch(() => undefined);
    try {
      await eventually(async () => bench.standIn.requests.length > 0, 'The vendor was not asked.', patience(bench));
    } finally {
      leaving.abort(new Error('left'));
    }
    assertCode(await failed, ['aborted'], 'Left in a probe');
    await untilFree(bench, 'Left in a probe');
  });
}

async function withProbe(
  bench: AnyBench,
  settings: Partial<ProviderSettings>,
  use: (probe: Probe, name: string) => Promise<void>,
): Promise<void> {
  const { provider, close, probe } = bench.create({ key: bench.goodKey, ...settings });
  try {
    if (probe !== undefined) await use(probe, provider.name);
  } finally {
    await within(bench, close(), 'Closing the provider');
  }
}
