import type { TraceRecord } from './trace-record.js';
import { TraceRing } from './trace-ring.js';

const recordOf = (id: string, tenant = 'default'): TraceRecord => ({
  id,
  at: '2026-11-26T03:00:00.000Z',
  operation: 'speak',
  tenant,
  outcome: 'ok',
  trace: { operation: 'speak', plan: [], skipped: [], attempts: [], cache: 'miss', segments: 1 },
  usage: {},
});
const idsOf = (records: readonly TraceRecord[]) => records.map(({ id }) => id);

describe('TraceRing', () => {
  it('keeps so many, of which the oldest give way', () => {
    const ring = new TraceRing({ records: 3, bytes: 1_000_000 });
    for (const id of ['a', 'b', 'c', 'd', 'e']) ring.add(recordOf(id));
    expect(ring.count).toBe(5);
    expect(idsOf(ring.latest(10))).toEqual(['e', 'd', 'c']);
    expect(idsOf(ring.latest(2))).toEqual(['e', 'd']);
    expect(ring.find('b')).toBeUndefined();
    expect(ring.find('c')).toEqual(recordOf('c'));
  });

  it('keeps no more bytes than it may, and nothing that is larger by itself', () => {
    const size = JSON.stringify(recordOf('a')).length;
    const ring = new TraceRing({ records: 100, bytes: 2 * size + 10 });
    for (const id of ['a', 'b', 'c']) ring.add(recordOf(id));
    expect(idsOf(ring.latest(100))).toEqual(['c', 'b']);
    // Each of these has three bytes.
    ring.add(recordOf('d', '\u20ac'.repeat(Math.ceil(size / 3) - 1)));
    expect(idsOf(ring.latest(100))).toEqual(['d']);
    ring.add(recordOf('e', 'x'.repeat(2 * size)));
    expect(ring.latest(100)).toEqual([]);
    ring.add(recordOf('f'));
    expect(idsOf(ring.latest(100))).toEqual(['f']);
  });

  it('tells what has come since, in order, as far as it is there', () => {
    const ring = new TraceRing({ records: 3, bytes: 1_000_000 });
    expect(ring.since(0)).toEqual([]);
    for (const id of ['a', 'b', 'c', 'd']) ring.add(recordOf(id));
    expect(idsOf(ring.since(2))).toEqual(['c', 'd']);
    expect(ring.since(4)).toEqual([]);
    expect(idsOf(ring.since(-200))).toEqual(['b', 'c', 'd']);
  });

  it('finds the newest of an id, as it was when it came', () => {
    const ring = new TraceRing({ records: 3, bytes: 1_000_000 });
    ring.add(recordOf('a', 'one'));
    const changed = recordOf('a', 'two');
    ring.add(changed);
    changed.tenant = 'three';
    expect(ring.find('a')?.tenant).toBe('two');
  });
});
