import type { Pcm } from './pcm.js';

const FRAME_SECONDS = 0.05;
/** Nothing under this is heard as speech. */
const FLOOR_DECIBELS = -60;
/** Below the mean of what is over the floor: the pauses, breath and noise between the words. */
const GATE_DECIBELS = -15;
/** A peak over this may clip once a lossy format has had it. */
const HIGHEST_PEAK = 0.99;

interface Frame {
  /** Of the squares. */
  sum: number;
  samples: number;
}

/**
 * How loud the speech is, in dBFS: the RMS over frames of 50 ms, without pauses and noise, where 0 is a square wave at
 * full scale and -3 a sine. Gated as EBU R128 does it, but not weighted by frequency. `undefined` for silence.
 */
export function measureLoudness(pcm: Pcm): number | undefined {
  const heard = frames(pcm).filter((frame) => power(frame) >= ratio(FLOOR_DECIBELS));
  if (heard.length === 0) return undefined;
  const gate = meanPower(heard) * ratio(GATE_DECIBELS);
  return 10 * Math.log10(meanPower(heard.filter((frame) => power(frame) >= gate)));
}

/**
 * The same audio louder or quieter, in samples of its own. Where a peak would pass 0.99 of full scale, the whole piece
 * gets as much less gain as it takes: nothing is ever clipped. What is no number becomes silence.
 * @param decibels finite
 */
export function withGain({ samples, sampleRate }: Pcm, decibels: number): Pcm {
  let peak = 0;
  for (const value of samples) if (Number.isFinite(value)) peak = Math.max(peak, Math.abs(value));
  const factor = Math.min(10 ** (decibels / 20), peak === 0 ? 1 : HIGHEST_PEAK / peak);
  return { samples: samples.map((value) => (Number.isFinite(value) ? value * factor : 0)), sampleRate };
}

/** The last may be shorter. */
function frames({ samples, sampleRate }: Pcm): Frame[] {
  const length = Math.max(1, Math.round(sampleRate * FRAME_SECONDS));
  const found: Frame[] = [];
  for (let start = 0; start < samples.length; start += length) {
    const end = Math.min(samples.length, start + length);
    let sum = 0;
    for (let index = start; index < end; index++) {
      const value = samples[index] ?? 0;
      if (Number.isFinite(value)) sum += value * value;
    }
    found.push({ sum, samples: end - start });
  }
  return found;
}

function power({ sum, samples }: Frame): number {
  return sum / samples;
}

function meanPower(some: readonly Frame[]): number {
  const [sum, samples] = some.reduce(([all, count], frame) => [all + frame.sum, count + frame.samples], [0, 0]);
  return sum / samples;
}

/** Of powers. */
function ratio(decibels: number): number {
  return 10 ** (decibels / 10);
}
