import { leastBytes, leastSeconds } from './plausible.js';

describe('leastSeconds', () => {
  it('goes by letters and digits of every script, not by what is not spoken', () => {
    expect(leastSeconds('a1é漢я', 1)).toBeCloseTo(0.025, 9);
    expect(leastSeconds(' …!?—\n', 1)).toBe(0);
  });

  it('is less for fast speech, and no more for slow', () => {
    expect(leastSeconds('a'.repeat(100), 2)).toBeCloseTo(0.25, 9);
    expect(leastSeconds('a'.repeat(100), 0.25)).toBeCloseTo(0.5, 9);
  });
});

describe('leastBytes', () => {
  it('goes by the rate of samples, and by the lowest rate of what is encoded', () => {
    expect(leastBytes(0.5, 'pcm', 24_000)).toBe(24_000);
    expect(leastBytes(0.5, 'wav', 8000)).toBe(8000);
    expect((['mp3', 'opus', 'aac', 'flac'] as const).map((format) => leastBytes(2, format, 48_000))).toEqual([2000, 1000, 1500, 1000]);
  });
});
