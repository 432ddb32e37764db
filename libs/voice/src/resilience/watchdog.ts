/** A timer of more than this would fire at once. */
export const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;

/** Fires when there was no sign of life for so long. Its timer must be stopped. */
export class Watchdog {
  private readonly timer: NodeJS.Timeout;
  private over = false;
  private hasFired = false;

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
    if (!this.over) this.timer.refresh();
  }

  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    return setTimeout(
      () => {
        this.over = true;
        this.hasFired = true;
        this.controller.abort(new Error('Silent for too long.'));
      },
      Math.min(this.milliseconds, LONGEST_TIMER_MILLISECONDS),
    );
  }
}
