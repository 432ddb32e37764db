/** Random numbers that are the same on every machine for the same seed (mulberry32). */
export class Random {
  private state: number;

  /** @param seed a whole number */
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b_79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Exponential, with that mean: the time between arrivals that know nothing of each other. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Log-normal by its median and its 95th percentile: most near the median, a long tail. */
  logNormal(median: number, p95: number): number {
    return median * Math.exp(deviationOf(median, p95) * this.normal());
  }

  /** Mean 0, deviation 1 (Box and Muller). */
  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}

/** So many deviations above the mean lies the 95th percentile of a normal distribution. */
const Z95 = 1.6449;

/** The mean of what {@link Random.logNormal} gives. */
export function logNormalMean(median: number, p95: number): number {
  return median * Math.exp(deviationOf(median, p95) ** 2 / 2);
}

/** Of the logarithm. */
function deviationOf(median: number, p95: number): number {
  return Math.log(p95 / median) / Z95;
}
