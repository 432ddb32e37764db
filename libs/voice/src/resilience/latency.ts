/** How many answers are remembered. */
const SAMPLES = 128;
/** With fewer than this a percentile says nothing. */
const ENOUGH = 20;

/** How long a provider took until its first audio, lately. Times are milliseconds. */
export class Latency {
  private readonly samples: number[] = [];
  private next = 0;
  private sorted: readonly number[] | undefined;

  add(milliseconds: number): void {
    this.samples[this.next] = milliseconds;
    this.next = (this.next + 1) % SAMPLES;
    this.sorted = undefined;
  }

  /** The time that `share` (0-1) of the answers kept to; `undefined` until there were 20. */
  percentile(share: number): number | undefined {
    if (this.samples.length < ENOUGH) return undefined;
    this.sorted ??= this.samples.toSorted((a, b) => a - b);
    return this.sorted[Math.min(this.sorted.length - 1, Math.floor(share * this.sorted.length))];
  }

  /** The middle of what there is; `undefined` when there was no answer yet. */
  get median(): number | undefined {
    if (this.samples.length === 0) return undefined;
    this.sorted ??= this.samples.toSorted((a, b) => a - b);
    return this.sorted[Math.floor(this.sorted.length / 2)];
  }
}
