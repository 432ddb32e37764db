import { measureLoudness, type Pcm } from '@parlance/audio';
import type { SpeechCandidate } from '../plan/plan.types.js';
import { MatchedLevels } from './matched-levels.js';

describe('MatchedLevels', () => {
  const candidate = (name: string) => ({ provider: { name } }) as SpeechCandidate;
  const [one, two, three] = [candidate('one'), candidate('two'), candidate('three')];
  const tone = (peak: number, sampleRate = 16_000): Pcm => ({
    samples: Float32Array.from({ length: sampleRate / 2 }, (_, index) => peak * Math.cos((index * 2 * Math.PI * 440) / sampleRate)),
    sampleRate,
  });
  const silence = (): Pcm => ({ samples: new Float32Array(8000), sampleRate: 16_000 });
  const level = (pcm: Pcm) => measureLoudness(pcm) ?? Number.NaN;

  it('leaves the first as it is, and makes others as loud', () => {
    const levels = new MatchedLevels();
    const first = tone(0.1);
    expect(levels.match(one, first)).toBe(first);
    expect(level(levels.match(two, tone(0.3)))).toBeCloseTo(level(first), 1);
    expect(level(levels.match(three, tone(0.05, 24_000)))).toBeCloseTo(level(first), 1);
  });

  it('gives all passages of one the same gain: what is louder stays louder', () => {
    const levels = new MatchedLevels();
    levels.match(one, tone(0.1));
    const usual = level(levels.match(two, tone(0.2)));
    const loud = level(levels.match(two, tone(0.4)));
    expect(loud - usual).toBeCloseTo(6.02, 1);
    // Whoever was first is left alone, however loud the passage.
    const first = tone(0.4);
    levels.match(one, first);
    expect(levels.match(one, first)).toBe(first);
  });

  it('changes nothing by more than 12 dB', () => {
    const levels = new MatchedLevels();
    levels.match(one, tone(0.9));
    expect(level(levels.match(two, tone(0.01))) - level(tone(0.01))).toBeCloseTo(12, 1);
  });

  it('measures whoever begins with silence at the first sound', () => {
    const levels = new MatchedLevels();
    const quiet = silence();
    expect(levels.match(one, quiet)).toBe(quiet);
    levels.match(one, tone(0.1));
    levels.match(two, silence());
    expect(level(levels.match(two, tone(0.4)))).toBeCloseTo(level(tone(0.1)), 1);
  });

  it('fades in where the speaker changes, only there, and leaves the samples it was given alone', () => {
    const levels = new MatchedLevels();
    const [a, b, c] = [tone(0.1), tone(0.1), tone(0.1)];
    expect(levels.match(one, a).samples[0]).toBeCloseTo(0.1, 6);
    const changed = levels.match(two, b);
    expect(changed.samples[0]).toBe(0);
    expect(Math.abs(changed.samples[40] ?? 0)).toBeLessThan(Math.abs(b.samples[40] ?? 0));
    expect(changed.samples[80]).toBeCloseTo(b.samples[80] ?? 0, 6);
    expect(b.samples[0]).toBeCloseTo(0.1, 6);
    expect(levels.match(two, c).samples[0]).toBeCloseTo(0.1, 6);
    expect(levels.match(one, c).samples[0]).toBe(0);
  });

  it('takes passages that are shorter than the fade, and empty ones', () => {
    const levels = new MatchedLevels();
    levels.match(one, tone(0.1));
    expect(levels.match(two, { samples: new Float32Array(3).fill(0.1), sampleRate: 16_000 }).samples).toHaveLength(3);
    expect(levels.match(one, { samples: new Float32Array(), sampleRate: 16_000 }).samples).toHaveLength(0);
  });
});
