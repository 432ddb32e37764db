import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../vendors/fault.js';
import { eventually, type Check } from '../check.js';
import {
  assertCode,
  assertNotCalled,
  failureOf,
  patience,
  untilCalled,
  untilFree,
  within,
  type AnyBench,
  type WithCaller,
} from './check-tools.js';

/** What becomes of a call whose caller leaves. */
export function abortChecks<B extends AnyBench>(withCaller: WithCaller<B>): Check<B>[] {
  return [
    {
      name: 'asks nothing for a caller who has left',
      run: (bench) =>
        withCaller(bench, {}, async ({ call }) => {
          const error = await failureOf(bench, call(AbortSignal.abort(new Error('left'))), 'Left before the call');
          assertCode(error, ['aborted'], 'Left before the call');
          assertNotCalled(bench, 'Left before the call');
        }),
    },
    { name: 'leaves with its caller while it waits', run: (bench) => leaves(bench, withCaller, { kind: 'hang' }) },
    { name: 'leaves with its caller in the middle of an answer', run: (bench) => leaves(bench, withCaller, { kind: 'hang-mid-body' }) },
    { name: "leaves nothing on its caller's signal", run: (bench) => leavesNothing(bench, withCaller) },
  ];
}

async function leaves<B extends AnyBench>(bench: B, withCaller: WithCaller<B>, fault: Fault): Promise<void> {
  const what = `Left at '${fault.kind}'`;
  await withCaller(bench, {}, async ({ call }) => {
    bench.standIn.fail(fault);
    const leaving = new AbortController();
    const failed = failureOf(bench, call(leaving.signal), what);
    failed.catch(() => undefined);
    try {
      await untilCalled(bench);
      // The half answer is on its way; whether it is there already makes no difference to what must happen.
      await sleep(20);
    } finally {
      leaving.abort(new Error('left'));
    }
    assertCode(await failed, ['aborted'], what);
    await untilFree(bench, what);
  });
}

async function leavesNothing<B extends AnyBench>(bench: B, withCaller: WithCaller<B>): Promise<void> {
  const { signal } = new AbortController();
  const [refusal] = bench.errors;
  await withCaller(bench, {}, async ({ call }) => {
    await within(bench, call(signal), 'A call that works');
    if (refusal !== undefined) {
      bench.standIn.fail(refusal.reply);
      await failureOf(bench, call(signal), refusal.name);
    }
    const free = async () => getEventListeners(signal, 'abort').length === 0;
    await eventually(free, 'Listeners stayed on the signal after the calls had ended.', patience(bench));
  });
}
