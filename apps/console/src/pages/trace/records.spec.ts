import type { Trace } from '@parlance/contracts';
import type { TraceRecord } from '../../api/types.js';
import { withRecord } from './records.js';

const trace: Trace = { operation: 'speak', plan: [], skipped: [], attempts: [], cache: 'off', segments: 1 };
const record = (id: string, second: number): TraceRecord => ({
  id,
  at: new Date(second * 1000).toISOString(),
  operation: 'speak',
  outcome: 'ok',
  trace,
});

const all = (records: readonly TraceRecord[]) => records.reduce(withRecord, []);

it('puts the newest first, in whatever order they come', () => {
  expect(all([record('a', 1), record('c', 3), record('b', 2)]).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

it('shows none twice, but two requests with the same id', () => {
  expect(all([record('a', 1), record('a', 1), record('a', 2)])).toHaveLength(2);
});

it('lets the oldest go', () => {
  const kept = all(Array.from({ length: 150 }, (_, index) => record(`r${index}`, index)));
  expect([kept.length, kept.at(-1)?.id]).toEqual([100, 'r50']);
});
