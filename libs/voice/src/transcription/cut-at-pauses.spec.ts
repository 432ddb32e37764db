import * as fc from 'fast-check';
import { cutAtPauses } from './cut-at-pauses.js';

describe('cutAtPauses', () => {
  it('leaves what is short enough whole', () => {
    expect(cutAtPauses(new Int16Array(100), 10, 10)).toEqual([{ start: 0, end: 100 }]);
    expect(cutAtPauses(new Int16Array(), 10, 10)).toEqual([{ start: 0, end: 0 }]);
  });

  it('cuts in the last pause before the limit', () => {
    const samples = new Int16Array(10_000).fill(16_384).fill(0, 6000, 6400);
    const [first] = cutAtPauses(samples, 1000, 8);
    expect(first!.end).toBeGreaterThanOrEqual(6000);
    expect(first!.end).toBeLessThanOrEqual(6400);
  });

  it('covers everything once and keeps the limit, whatever the samples', () => {
    const loudness = fc.array(fc.integer({ min: -32_768, max: 32_767 }), { maxLength: 400 });
    fc.assert(
      fc.property(loudness, fc.integer({ min: 1, max: 40 }), (values, seconds) => {
        const ranges = cutAtPauses(Int16Array.from(values), 10, seconds);
        let position = 0;
        for (const { start, end } of ranges) {
          expect(start).toBe(position);
          expect(end - start).toBeLessThanOrEqual(seconds * 10);
          position = end;
        }
        expect(position).toBe(values.length);
      }),
    );
  });
});
