import { percentile } from '../../harness/rounds.js';

/** What was seen while it counted: from `from` until the end. */
export class Latencies {
  private readonly values: number[] = [];

  /** @param from milliseconds of the clock, before which everything only warms up */
  constructor(private readonly from: number) {}

  /** @param began @param ended milliseconds of the clock */
  add(began: number, ended: number): void {
    if (ended >= this.from) this.values.push(ended - began);
  }

  get count(): number {
    return this.values.length;
  }

  /** @param end of the counting, in milliseconds of the clock */
  perSecond(end: number): number {
    return (this.values.length / (end - this.from)) * 1000;
  }

  get mean(): number {
    return this.values.reduce((sum, value) => sum + value, 0) / this.values.length;
  }

  percentile(share: number): number {
    return percentile(this.values, share);
  }
}
