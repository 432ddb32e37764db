import assert from 'node:assert/strict';
import type { ErrorCode } from '@parlance/contracts';
import type { Fault } from '../../vendors/fault.js';
import type { Check } from '../check.js';
import { assertCode, failureOf, SHORT_LIMITS, untilFree, within, type AnyBench, type WithCaller } from './check-tools.js';

const RETRYABLE: readonly ErrorCode[] = ['timeout', 'server'];

/** What becomes of a vendor that breaks below its own protocol. `empty`: what a success without a byte may become. */
export function faultChecks<B extends AnyBench>(withCaller: WithCaller<B>, empty: (bench: B) => readonly ErrorCode[]): Check<B>[] {
  const recovers = (bench: B, fault: Fault, codes: readonly ErrorCode[]) => failsAndRecovers(bench, withCaller, fault, codes);
  return [
    { name: 'takes a page for a failure of the server', run: (bench) => recovers(bench, { kind: 'html' }, ['server']) },
    { name: 'takes a success without a byte for a failure', run: (bench) => recovers(bench, { kind: 'empty' }, empty(bench)) },
    { name: 'takes an answer that breaks off for a failure', run: (bench) => recovers(bench, { kind: 'cut' }, RETRYABLE) },
    { name: 'takes a refused connection for a failure that may pass', run: (bench) => recovers(bench, { kind: 'refuse' }, RETRYABLE) },
    { name: 'gives up on an answer that never begins', run: (bench) => timesOut(bench, withCaller, { kind: 'hang' }) },
    { name: 'gives up on an answer that stops', run: (bench) => timesOut(bench, withCaller, { kind: 'hang-mid-body' }) },
    { name: 'uses its connections again, after failures too', run: (bench) => reusesConnections(bench, withCaller) },
  ];
}

async function failsAndRecovers<B extends AnyBench>(
  bench: B,
  withCaller: WithCaller<B>,
  fault: Fault,
  codes: readonly ErrorCode[],
): Promise<void> {
  await withCaller(bench, {}, async ({ name, call }) => {
    bench.standIn.fail(fault);
    const error = await failureOf(bench, call(), fault.kind);
    assertCode(error, codes, fault.kind);
    assert(error.retryable, `${fault.kind}: it may be tried again.`);
    assert.equal(error.provider, name, `${fault.kind}: the error names the provider`);
    assert.equal(bench.standIn.calls.length, 1, `${fault.kind}: the provider asks once, trying again is not its task`);
    await within(bench, call(), 'The call after the failure');
  });
}

async function timesOut<B extends AnyBench>(bench: B, withCaller: WithCaller<B>, fault: Fault): Promise<void> {
  await withCaller(bench, SHORT_LIMITS, async ({ name, call }) => {
    bench.standIn.fail(fault);
    const error = await failureOf(bench, call(), fault.kind);
    assertCode(error, ['timeout'], fault.kind);
    assert.equal(error.provider, name, `${fault.kind}: the error names the provider`);
    await untilFree(bench, fault.kind);
  });
}

async function reusesConnections<B extends AnyBench>(bench: B, withCaller: WithCaller<B>): Promise<void> {
  const refusals = bench.errors.slice(0, 4);
  await withCaller(bench, {}, async ({ call }) => {
    for (const { name, reply } of refusals) {
      await within(bench, call(), 'A call that works');
      bench.standIn.fail(reply);
      await failureOf(bench, call(), name);
    }
    const { connectionsOpened, calls } = bench.standIn;
    assert(connectionsOpened <= 2, `${calls.length} calls one after the other took ${connectionsOpened} connections.`);
  });
}
