import { MemoryCounts } from './memory-counts.js';

const deltas = (values: Record<string, number>) => new Map(Object.entries(values));

describe('MemoryCounts', () => {
  it('adds, also less than nothing', () => {
    const counts = new MemoryCounts();
    counts.add('day', deltas({ a: 5, b: 1 }));
    counts.add('day', deltas({ a: -2 }));
    expect(Object.fromEntries(counts.read('day'))).toEqual({ a: 3, b: 1 });
    expect(counts.read('another').size).toBe(0);
  });

  it('grants claims all together or not at all', () => {
    const counts = new MemoryCounts();
    const claim = (a: number, b: number) =>
      counts.claim('day', [
        { field: 'a', amount: a, limit: 10 },
        { field: 'b', amount: b, limit: 5 },
      ]);
    expect(claim(5, 5)).toEqual({ granted: true });
    expect(claim(5, 1)).toEqual({ granted: false, claim: { field: 'b', amount: 1, limit: 5 }, left: 0 });
    expect(claim(5, 0)).toEqual({ granted: true });
    expect(Object.fromEntries(counts.read('day'))).toEqual({ a: 10, b: 5 });
  });

  it('forgets the oldest days beyond its size, and never the newest', () => {
    const counts = new MemoryCounts(3);
    counts.add('first', deltas({ a: 1, b: 1 }));
    counts.add('second', deltas({ a: 1 }));
    expect(counts.read('first').size).toBe(2);
    counts.add('third', deltas({ a: 1, b: 1, c: 1, d: 1 }));
    expect(['first', 'second', 'third'].map((day) => counts.read(day).size)).toEqual([0, 0, 4]);
  });
});
