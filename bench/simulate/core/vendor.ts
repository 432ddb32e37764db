import type { Clock } from './clock.js';

/** A vendor as its client sees it: it takes a time, and only so many at once. */
export class Vendor {
  private under = 0;
  /** The most that were under way at once, those that were refused not counted. */
  most = 0;
  refused = 0;
  private taken = 0;
  private answered = 0;

  /**
   * @param latency milliseconds of the next answer
   * @param quota requests under way at once; beyond it they are refused
   */
  constructor(
    private readonly clock: Clock,
    private readonly latency: () => number,
    private readonly quota = Number.POSITIVE_INFINITY,
  ) {}

  /** Milliseconds of its answers. */
  get mean(): number {
    return this.taken / this.answered;
  }

  ask(answered: () => void, refused: () => void): void {
    if (this.under >= this.quota) {
      this.refused += 1;
      refused();
      return;
    }
    this.under += 1;
    this.most = Math.max(this.most, this.under);
    const latency = this.latency();
    this.clock.after(latency, () => {
      this.under -= 1;
      this.taken += latency;
      this.answered += 1;
      answered();
    });
  }
}
