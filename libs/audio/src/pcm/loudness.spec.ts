import * as fc from 'fast-check';
import { jfkPcm, sine } from '../__fixtures__/recordings.js';
import { measureLoudness, withGain } from './loudness.js';
import { joinSamples, type Pcm } from './pcm.js';

const RATE = 24_000;
const amplitude = (decibels: number) => 10 ** (decibels / 20);
const peakOf = ({ samples }: Pcm) => samples.reduce((peak, value) => Math.max(peak, Math.abs(value)), 0);
const silence = (seconds: number) => new Float32Array(Math.round(RATE * seconds));
/** Noise of an even spread, the same in every run. */
const noise = (seconds: number, decibels: number) => {
  let state = 1;
  const level = amplitude(decibels) * Math.sqrt(3);
  return silence(seconds).map(() => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return level * (state / 1_073_741_824 - 1);
  });
};
const join = (pieces: Float32Array[]): Float32Array => joinSamples(pieces, (length) => new Float32Array(length));
const pcmOf = (...pieces: Float32Array[]): Pcm => ({ samples: join(pieces), sampleRate: RATE });

describe('measureLoudness', () => {
  it.each([
    [0, 8000],
    [-6, 16_000],
    [-20, 24_000],
    [-40, 44_100],
    [-55, 48_000],
  ])('measures a sine whose peaks are at %d dBFS, at %d Hz', (decibels, sampleRate) => {
    const level = measureLoudness(sine(1000, sampleRate, 2, amplitude(decibels)));
    expect(Math.abs((level ?? 0) - (decibels - 3.01))).toBeLessThan(0.1);
  });

  it('does not count the silence between words', () => {
    const { samples } = sine(1000, RATE, 0.4, amplitude(-20));
    const spoken = measureLoudness(pcmOf(samples)) ?? 0;
    // Frames that are half a word lie on the gate.
    const paused = pcmOf(silence(1.01), samples, silence(0.73), samples, silence(3), samples.subarray(0, 5000), silence(0.5));
    expect(Math.abs((measureLoudness(paused) ?? 0) - spoken)).toBeLessThan(1);
  });

  it('does not count the noise between words', () => {
    const { samples } = sine(1000, RATE, 0.5, amplitude(-20));
    const spoken = measureLoudness(pcmOf(samples)) ?? 0;
    for (const decibels of [-70, -62, -50]) {
      const noisy = pcmOf(noise(1, decibels), samples, noise(1, decibels), samples, noise(2, decibels));
      expect(Math.abs((measureLoudness(noisy) ?? 0) - spoken)).toBeLessThan(0.5);
    }
  });

  it('measures the same speech the same with pauses, and louder by what was added', () => {
    const speech = jfkPcm(8);
    const level = measureLoudness(speech) ?? 0;
    const pauses = new Float32Array(16_000 * 4);
    const paused = { samples: join([pauses, speech.samples, pauses]), sampleRate: 16_000 };
    expect(Math.abs((measureLoudness(paused) ?? 0) - level)).toBeLessThan(0.2);
    expect((measureLoudness(withGain(speech, -12)) ?? 0) - level).toBeCloseTo(-12, 1);
  });

  it('measures what is shorter than a frame', () => {
    expect(measureLoudness(sine(1000, RATE, 0.01, amplitude(-20)))).toBeCloseTo(-23, 0);
  });

  it('finds nothing in silence', () => {
    for (const samples of [silence(0), silence(1), noise(1, -65), silence(1).fill(NaN)])
      expect(measureLoudness(pcmOf(samples))).toBeUndefined();
  });
});

describe('withGain', () => {
  it.each([-60, -6, 0, 3.5, 12])('adds exactly %d dB, and leaves the original alone', (decibels) => {
    const pcm = sine(440, RATE, 0.5, 0.1);
    const before = pcm.samples.slice();
    const changed = withGain(pcm, decibels);
    expect(changed.sampleRate).toBe(RATE);
    expect(changed.samples).toEqual(pcm.samples.map((value) => value * amplitude(decibels)));
    expect(changed.samples).not.toBe(pcm.samples);
    expect(pcm.samples).toEqual(before);
  });

  it('gives less where a peak would come too near to full scale', () => {
    const pcm = sine(440, RATE, 0.5, 0.5);
    const changed = withGain(pcm, 20);
    expect(peakOf(changed)).toBeCloseTo(0.99, 5);
    // The form is kept: every sample got the same.
    expect(changed.samples[30] ?? 0).toBeCloseTo(((pcm.samples[30] ?? 0) * 0.99) / peakOf(pcm), 5);
  });

  it('never clips, and makes nothing of silence and of what is no number', () => {
    const sample = fc.float({ min: -4, max: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(sample, fc.constant(NaN), fc.constant(Infinity))),
        fc.integer({ min: -100, max: 300 }),
        (values, decibels) => {
          const changed = withGain({ samples: Float32Array.from(values), sampleRate: RATE }, decibels);
          expect(changed.samples).toHaveLength(values.length);
          expect(changed.samples.every((value) => Math.abs(value) < 0.990_001)).toBe(true);
        },
      ),
    );
    expect(withGain(pcmOf(silence(0.01)), 40).samples).toEqual(silence(0.01));
  });
});
