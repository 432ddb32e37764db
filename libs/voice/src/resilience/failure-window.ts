/** Parts a window is counted in: what is older than the window goes part by part. */
const PARTS = 10;

/** Counts successes and failures of the last while. */
export class FailureWindow {
  private readonly parts: { index: number; successes: number; failures: number }[] = [];

  /** @param milliseconds how far back it counts */
  constructor(private readonly milliseconds: number) {}

  /** @param now milliseconds of a clock that never goes back */
  add(ok: boolean, now: number): void {
    const index = this.indexOf(now);
    this.forget(index);
    let part = this.parts.at(-1);
    if (part?.index !== index) {
      part = { index, successes: 0, failures: 0 };
      this.parts.push(part);
    }
    if (ok) part.successes++;
    else part.failures++;
  }

  counts(now: number): { calls: number; failures: number } {
    this.forget(this.indexOf(now));
    let calls = 0;
    let failures = 0;
    for (const part of this.parts) {
      calls += part.successes + part.failures;
      failures += part.failures;
    }
    return { calls, failures };
  }

  clear(): void {
    this.parts.length = 0;
  }

  private indexOf(now: number): number {
    return Math.floor(now / (this.milliseconds / PARTS));
  }

  private forget(index: number): void {
    while (this.parts[0] !== undefined && this.parts[0].index <= index - PARTS) this.parts.shift();
  }
}
