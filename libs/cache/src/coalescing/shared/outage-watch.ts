/** Without a failure for so long, the next one begins anew. */
const CALM_MILLISECONDS = 10_000;

/**
 * Tells an outage of Redis from a moment in which this process, or Redis, has too much to do: then answers come too late
 * as well, and asking again helps.
 */
export class OutageWatch {
  private failingSince: number | undefined;
  private lastFailure = 0;

  /** @param patienceMilliseconds failures for so long are an outage */
  constructor(private readonly patienceMilliseconds: number) {}

  succeeded(): void {
    // A cluster that has lost a node answers and fails by turns.
    if (performance.now() - this.lastFailure > CALM_MILLISECONDS) this.failingSince = undefined;
  }

  /** @returns whether it is of no use to ask again */
  failed(): boolean {
    this.lastFailure = performance.now();
    this.failingSince ??= this.lastFailure;
    return this.lastFailure - this.failingSince > this.patienceMilliseconds;
  }
}
