/** A timer of more than this would fire at once. */
export const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
/** A timer that is so late tells of this process, which stood still, and not of whoever it waits for. */
const STANDSTILL_MILLISECONDS = 1000;

/**
 * Whether a timer that fires now is so late that what has come meanwhile has yet to be read.
 * @param since when it was set, by `performance.now()`
 */
export function stoodStill(since: number, milliseconds: number): boolean {
  return performance.now() - since > milliseconds + STANDSTILL_MILLISECONDS;
}

/** Fires when there was no sign of life for so long, and this process was there to hear it. Its timer must be stopped. */
export class Watchdog {
  private readonly timer: NodeJS.Timeout;
  private over = false;
  private hasFired = false;
  private since = performance.now();
  /** Once between two signs of life: a process that is late all the time must come to an end, too. */
  private spared = false;

  /**
   * @param milliseconds of silence; more than a timer takes (24 days) is as much as it takes
   * @param controller what it aborts; several may share one
   */
  constructor(
    private readonly milliseconds: number,
    private readonly controller: Pick<AbortController, 'abort' | 'signal'> = new AbortController(),
  ) {
    this.timer = this.start();
  }

  /** Whether the time has run out. */
  get fired(): boolean {
    return this.hasFired;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Something came: the time begins anew. */
  alive(): void {
    // A provider that was given up may still send something, and would set the timer again.
    if (this.over) return;
    this.spared = false;
    this.beginAnew();
  }

  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => this.timeIsOver(), Math.min(this.milliseconds, LONGEST_TIMER_MILLISECONDS));
  }

  private beginAnew(): void {
    this.since = performance.now();
    this.timer.refresh();
  }

  private timeIsOver(): void {
    if (!this.spared && stoodStill(this.since, this.milliseconds)) {
      this.spared = true;
      return this.beginAnew();
    }
    this.over = true;
    this.hasFired = true;
    this.controller.abort(new Error('Silent for too long.'));
  }
}
