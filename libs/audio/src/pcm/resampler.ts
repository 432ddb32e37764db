/** Zero crossings of the sinc on either side; with the window below, aliases are more than 70 dB down. */
const ZERO_CROSSINGS = 24;
const KAISER_BETA = 6.76;
/** Of the lower of the two Nyquist frequencies: the rest is where the filter falls. */
const PASSBAND = 0.92;
const MAXIMUM_PHASES = 1024;

/**
 * Changes the rate of mono samples piece by piece: a polyphase windowed sinc. Of our own, because the packaged
 * resamplers either cannot be fed in pieces, or keep the last half filter to themselves, or take a WASM instance
 * per stream. The output neither leads nor lags, and n samples become
 * round(n * to / from); only where the two rates have hardly a common divisor the ratio is the nearest simple one.
 */
export class Resampler {
  private readonly up: number;
  private readonly down: number;
  private readonly half: number;
  private readonly filters: readonly Float32Array[];
  private buffer: Float32Array;
  /** Where in `buffer` the next output is, in whole input samples, and how many `up`-ths behind. */
  private position: number;
  private phase = 0;
  private taken = 0;
  private given = 0;

  /** @param from Hz; @param to Hz */
  constructor(
    private readonly from: number,
    private readonly to: number,
  ) {
    [this.up, this.down] = approximate(to, from, MAXIMUM_PHASES);
    const cutoff = Math.min(1, this.up / this.down) * PASSBAND;
    this.half = Math.ceil(ZERO_CROSSINGS / Math.min(1, this.up / this.down));
    this.filters = from === to ? [] : Array.from({ length: this.up }, (_, phase) => filter(phase / this.up, this.half, cutoff));
    this.buffer = new Float32Array(this.half);
    this.position = this.half;
  }

  /** Takes samples and gives those that are ready: the output is half a filter behind until `flush`. */
  process(samples: Float32Array): Float32Array {
    if (this.from === this.to) return samples;
    this.taken += samples.length;
    return this.convolve(samples);
  }

  /** Gives the rest; nothing may be processed afterwards. */
  flush(): Float32Array {
    if (this.from === this.to) return new Float32Array(0);
    const missing = Math.round((this.taken * this.to) / this.from) - this.given;
    // One more than half a filter: the last output may lie right at the end.
    const tail = this.convolve(new Float32Array(this.half + Math.ceil(this.down / this.up) + 1));
    return tail.subarray(0, Math.max(0, missing));
  }

  private convolve(samples: Float32Array): Float32Array {
    const { up, down, half } = this;
    const buffer = new Float32Array(this.buffer.length + samples.length);
    buffer.set(this.buffer);
    buffer.set(samples, this.buffer.length);
    const output = new Float32Array(Math.max(0, Math.ceil(((buffer.length - half - this.position) * up) / down) + 1));
    let count = 0;
    while (this.position + half < buffer.length) {
      const taps = this.filters[this.phase] ?? new Float32Array(0);
      const start = this.position - half + 1;
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap++) sum += (buffer[start + tap] ?? 0) * (taps[tap] ?? 0);
      output[count++] = sum;
      this.phase += down;
      this.position += Math.floor(this.phase / up);
      this.phase %= up;
    }
    const unused = Math.min(buffer.length, Math.max(0, this.position - half + 1));
    this.buffer = buffer.slice(unused);
    this.position -= unused;
    this.given += count;
    return output.subarray(0, count);
  }
}

/** The taps for an output `offset` (0..1) of a sample behind an input sample. */
function filter(offset: number, half: number, cutoff: number): Float32Array {
  const taps = Float64Array.from({ length: 2 * half }, (_, tap) => {
    const distance = tap - (half - 1) - offset;
    const ratio = distance / half;
    if (Math.abs(ratio) >= 1) return 0;
    const angle = Math.PI * cutoff * distance;
    const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
    return sinc * bessel(KAISER_BETA * Math.sqrt(1 - ratio * ratio));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return Float32Array.from(taps, (tap) => tap / sum);
}

/** Modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let index = 1; term > sum * 1e-10; index++) {
    term *= (x / (2 * index)) ** 2;
    sum += term;
  }
  return sum;
}

/** The fraction nearest to `numerator / denominator` whose numerator is at most `limit`, by continued fractions. */
function approximate(numerator: number, denominator: number, limit: number): [number, number] {
  let [a, b] = [numerator, denominator];
  let [previous, current] = [
    [0, 1],
    [1, 0],
  ] as [[number, number], [number, number]];
  while (b !== 0) {
    const whole = Math.floor(a / b);
    const next: [number, number] = [whole * current[0] + previous[0], whole * current[1] + previous[1]];
    if (next[0] > limit && current[1] > 0 && current[0] > 0) break;
    [previous, current] = [current, next];
    [a, b] = [b, a % b];
  }
  return current;
}
