import type { Trace, TraceAttempt, Usage } from '@parlance/contracts';
import type { UsageLedger } from '@parlance/voice';
import { TurnAccount } from './turn-account.js';
import type { TurnTask } from './turn-task.js';

const servedBy = { provider: 'one', model: 'm' };
const attempt = (outcome: TraceAttempt['outcome'], more: Partial<TraceAttempt> = {}): TraceAttempt => ({
  ...servedBy,
  segment: 0,
  outcome,
  startMilliseconds: 0,
  milliseconds: 1,
  ...more,
});

describe('what the speech of a turn costs', () => {
  const ledger = { costOf: (_model: unknown, { characters = 0 }: Usage) => characters } as unknown as UsageLedger;
  const costOf = (cache: Trace['cache'], attempts: TraceAttempt[], usage: Usage = {}) => {
    const account = new TurnAccount({ agent: { id: 'a' } } as TurnTask, ledger);
    const trace: Trace = { operation: 'speak', plan: [], skipped: [], attempts, cache, segments: 1, servedBy };
    account.spoke({ trace, usage, warnings: [] }, 'Hello');
    return account.done().usage.speech?.cost;
  };

  it.each<[string, Trace['cache'], TraceAttempt[]]>([
    ['another request has paid for all of it', 'coalesced', [attempt('ok')]],
    ['all of it was made before', 'hit', []],
    ['each of its passages was made before', 'partial', []],
    ['it was made before by who serves when the first has failed', 'partial', [attempt('server')]],
  ])('is nothing where %s', (_why, cache, attempts) => {
    expect(costOf(cache, attempts)).toBe(0);
  });

  it.each<[string, Trace['cache'], TraceAttempt[], Usage, number]>([
    ['it was made, of a provider that does not say what it counts', 'miss', [attempt('ok')], {}, 5],
    ['a part of it was made', 'partial', [attempt('ok')], { characters: 2 }, 2],
    ['its end broke off', 'partial', [attempt('server', { brokenMilliseconds: 2 })], {}, 5],
  ])('is what was used where %s', (_why, cache, attempts, usage, cost) => {
    expect(costOf(cache, attempts, usage)).toBe(cost);
  });
});
