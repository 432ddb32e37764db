import { wantedBytes } from './byte-range.js';

describe('wantedBytes', () => {
  it.each([
    [undefined, { kind: 'all' }],
    ['', { kind: 'all' }],
    ['bytes=-', { kind: 'all' }],
    ['bytes=a-b', { kind: 'all' }],
    ['items=0-1', { kind: 'all' }],
    ['bytes=0-1,4-5', { kind: 'all' }],
    ['bytes=5-2', { kind: 'all' }],
    ['bytes=0-3', { kind: 'part', range: { start: 0, end: 3 } }],
    ['bytes=4-', { kind: 'part', range: { start: 4, end: 9 } }],
    ['bytes=4-400', { kind: 'part', range: { start: 4, end: 9 } }],
    ['bytes=-3', { kind: 'part', range: { start: 7, end: 9 } }],
    ['bytes=-30', { kind: 'part', range: { start: 0, end: 9 } }],
    ['bytes=10-', { kind: 'none' }],
    ['bytes=-0', { kind: 'none' }],
  ])('%s of ten bytes', (header, wanted) => {
    expect(wantedBytes(header, 10)).toEqual(wanted);
  });

  it('has nothing to give of an empty object', () => {
    expect(wantedBytes('bytes=0-', 0)).toEqual({ kind: 'none' });
  });
});
