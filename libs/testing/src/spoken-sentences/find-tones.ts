import { FREQUENCIES } from './sentence-tones.js';

/** Seconds. */
export interface FoundTone {
  tone: number;
  start: number;
  end: number;
}

interface Heard {
  /** `undefined`: silence, or anything but a tone. */
  tone: number | undefined;
  /** Amplitude of the tone, or of what there is. */
  level: number;
}

/** Seconds from one window to the next, and of one: at least four of them lie wholly inside every tone. */
const HOP = 0.01;
const WINDOW = 0.02;
/** Amplitude under which nothing is heard: half of a tone that is 20 dB too quiet. */
const FLOOR = 0.0025;
/** Of the energy in a window, what a tone has at least. */
const PURITY = 0.5;
/** Windows on either side that are compared with one, and how much of their level it must have: codecs smear. */
const NEIGHBOURS = 6;
const OF_NEIGHBOURS = 0.3;
/** Codecs click where one tone becomes another: the loudest windows of these are not compared with. */
const CLICK_WINDOWS = 2;
/** Fewer are a click, or the place where one tone becomes another. */
const FEWEST_WINDOWS = 3;
/** Seconds. */
const INTERRUPTION = 0.03;

/** The tones of a recording, in order. @param samples mono; @param sampleRate Hz */
export function findTones(samples: Float32Array, sampleRate: number): FoundTone[] {
  const heard = hearWindows(samples, sampleRate);
  const found: FoundTone[] = [];
  let count = 0;
  for (const [index, { tone }] of heard.entries()) {
    if (tone === undefined || isDrowned(heard, index)) {
      count = 0;
      continue;
    }
    count = count > 0 && heard[index - 1]?.tone === tone ? count + 1 : 1;
    if (count < FEWEST_WINDOWS) continue;
    const [start, end] = [(index - count + 1) * HOP, index * HOP + WINDOW];
    const last = found.at(-1);
    // No tone follows itself: it was interrupted.
    if (last?.tone === tone && start - last.end <= INTERRUPTION) last.end = end;
    else found.push({ tone, start, end });
  }
  return found;
}

function isDrowned(heard: readonly Heard[], index: number): boolean {
  const around = heard.slice(Math.max(0, index - NEIGHBOURS), index + NEIGHBOURS + 1).map(({ level }) => level);
  const reference = around.toSorted((first, second) => second - first)[CLICK_WINDOWS] ?? 0;
  return (heard[index]?.level ?? 0) < OF_NEIGHBOURS * reference;
}

function hearWindows(samples: Float32Array, sampleRate: number): Heard[] {
  const length = Math.round(sampleRate * WINDOW);
  const hann = Float64Array.from({ length }, (_, index) => Math.sin((Math.PI * (index + 0.5)) / length) ** 2);
  const window = new Float64Array(length);
  const heard: Heard[] = [];
  for (let start = 0; start < samples.length; start = Math.round(heard.length * HOP * sampleRate)) {
    for (let index = 0; index < length; index++) window[index] = (samples[start + index] ?? 0) * (hann[index] ?? 0);
    heard.push(hear(window, sampleRate));
  }
  return heard;
}

/** The strongest of the tones in a window, if there is hardly anything else. */
function hear(window: Float64Array, sampleRate: number): Heard {
  const energy = window.reduce((sum, value) => sum + value * value, 0);
  // A sine of amplitude 1 has the energy 3/16 of the samples, behind a Hann window.
  const level = Math.sqrt(energy / ((3 / 16) * window.length));
  if (level < FLOOR) return { tone: undefined, level };
  const amplitudes = FREQUENCIES.map((frequency) => amplitudeOf(window, frequency / sampleRate));
  const strongest = Math.max(...amplitudes);
  return { tone: (strongest / level) ** 2 >= PURITY ? amplitudes.indexOf(strongest) : undefined, level };
}

/** Goertzel's. @param frequency in cycles per sample */
function amplitudeOf(window: Float64Array, frequency: number): number {
  const coefficient = 2 * Math.cos(2 * Math.PI * frequency);
  let [last, beforeLast] = [0, 0];
  for (const value of window) [last, beforeLast] = [value + coefficient * last - beforeLast, last];
  const power = last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
  // A sine of amplitude 1 has a quarter of the samples, behind a Hann window.
  return (4 * Math.sqrt(Math.max(0, power))) / window.length;
}
