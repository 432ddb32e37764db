/** Hedges that may be saved up. */
const MOST_SAVED = 5;

/** Caps the share of requests that are hedged: when everything is slow, asking twice would double the load. */
export class HedgeAllowance {
  private saved = 0;

  /** @param share 0-1 of the requests */
  constructor(private readonly share: number) {}

  /** Every request that could be hedged adds its share. */
  countRequest(): void {
    this.saved = Math.min(MOST_SAVED, this.saved + this.share);
  }

  /** Whether one more may be begun now. */
  take(): boolean {
    // Sums of fractions: twenty times 0.05 is a little less than one.
    if (this.saved < 1 - 1e-9) return false;
    this.saved--;
    return true;
  }
}
