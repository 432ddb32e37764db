import { jfkPcm, likeness, rms, sine } from '../__fixtures__/recordings.js';
import { joinSamples } from './pcm.js';
import { Resampler } from './resampler.js';

function resample(samples: Float32Array, from: number, to: number, pieceLength = samples.length): Float32Array {
  const resampler = new Resampler(from, to);
  const pieces: Float32Array[] = [];
  for (let start = 0; start < samples.length; start += pieceLength) {
    pieces.push(resampler.process(samples.subarray(start, start + pieceLength)));
  }
  return joinSamples([...pieces, resampler.flush()], (length) => new Float32Array(length));
}

const PAIRS = [
  [48_000, 16_000],
  [44_100, 16_000],
  [16_000, 24_000],
  [22_050, 48_000],
  [8000, 16_000],
  [11_025, 44_100],
  [44_101, 16_000],
] as const;

describe('Resampler', () => {
  it.each(PAIRS)('keeps a sine what and where it is, %d -> %d Hz', (from, to) => {
    const output = resample(sine(1000, from, 1).samples, from, to);
    const expected = sine(1000, to, 1).samples;
    expect(output).toHaveLength(to);
    const inner = output.subarray(500, -500);
    const difference = inner.map((value, index) => value - (expected[index + 500] ?? 0));
    expect(rms(difference)).toBeLessThan(0.001);
  });

  it.each(PAIRS)('gives the same in pieces as at once, %d -> %d Hz', (from, to) => {
    const { samples } = sine(700, from, 0.5);
    expect(resample(samples, from, to, 333)).toEqual(resample(samples, from, to));
  });

  it('lets nothing through that the lower rate cannot hold', () => {
    expect(rms(resample(sine(9500, 48_000, 1).samples, 48_000, 16_000).subarray(500, -500))).toBeLessThan(0.5 * 10 ** (-60 / 20));
    expect(rms(resample(sine(20_000, 48_000, 1).samples, 48_000, 16_000).subarray(500, -500))).toBeLessThan(0.5 * 10 ** (-60 / 20));
  });

  it('gives speech back after a detour', () => {
    const { samples } = jfkPcm(3);
    const back = resample(resample(samples, 16_000, 44_100), 44_100, 16_000);
    expect(back).toHaveLength(samples.length);
    expect(likeness(samples, back, 0)).toBeGreaterThan(0.999);
  });

  it('drifts by less than a tenth of a millisecond a second where the ratio has no small terms', () => {
    const output = resample(sine(50, 24_000, 1).samples, 24_000, 16_001);
    expect(output).toHaveLength(16_001);
    expect(likeness(sine(50, 16_001, 1).samples.subarray(0, 15_500), output, 0)).toBeGreaterThan(0.9999);
  });

  it('gives nothing for nothing, and equal rates back untouched', () => {
    expect(resample(new Float32Array(0), 48_000, 16_000)).toHaveLength(0);
    const { samples } = sine(100, 8000, 0.1);
    expect(resample(samples, 8000, 8000)).toEqual(samples);
  });
});
