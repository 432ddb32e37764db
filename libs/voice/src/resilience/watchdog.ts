/** A timer of more than this would fire at once. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
/** A timer that is so late tells of this process, which stood still, and not of whoever it waits for. */
const STANDSTILL_MILLISECONDS = 1000;

/** Tells once when there was no sign of life for so long, and this process was there to hear it. It must be stopped. */
export class SilenceTimer {
  private timer: NodeJS.Timeout;
  private over = false;
  private since = performance.now();
  /** Once between two signs of life: a process that is late all the time must come to an end, too. */
  private spared = false;

  /**
   * @param milliseconds of silence; more than a timer takes (24 days) is as much as it takes
   * @param idle milliseconds of silence after the first sign of life
   */
  constructor(
    private milliseconds: number,
    private readonly onSilent: () => void,
    private readonly idle = milliseconds,
  ) {
    this.timer = this.set();
  }

  /** Something came: the time begins anew. */
  alive(): void {
    // A provider that was given up may still send something, and would set the timer again.
    if (this.over) return;
    this.spared = false;
    if (this.milliseconds !== this.idle) {
      // A timer cannot be given another time.
      this.milliseconds = this.idle;
      clearTimeout(this.timer);
      this.timer = this.set();
    }
    this.beginAnew();
  }

  stop(): void {
    this.over = true;
    clearTimeout(this.timer);
  }

  private set(): NodeJS.Timeout {
    return setTimeout(() => this.timeIsOver(), Math.min(this.milliseconds, LONGEST_TIMER_MILLISECONDS));
  }

  private beginAnew(): void {
    this.since = performance.now();
    this.timer.refresh();
  }

  private timeIsOver(): void {
    // So late: what has come meanwhile has yet to be read.
    const stoodStill = performance.now() - this.since > this.milliseconds + STANDSTILL_MILLISECONDS;
    if (!this.spared && stoodStill) {
      this.spared = true;
      return this.beginAnew();
    }
    this.over = true;
    this.onSilent();
  }
}

/** Fires when there was no sign of life for so long. Its timer must be stopped. */
export class Watchdog {
  private readonly silence: SilenceTimer;
  private hasFired = false;

  /**
   * @param milliseconds of silence
   * @param controller what it aborts; several may share one
   * @param idle milliseconds of silence after the first sign of life; default as before it
   */
  constructor(
    milliseconds: number,
    private readonly controller: Pick<AbortController, 'abort' | 'signal'> = new AbortController(),
    idle = milliseconds,
  ) {
    const onSilent = () => {
      this.hasFired = true;
      this.controller.abort(new Error('Silent for too long.'));
    };
    this.silence = new SilenceTimer(milliseconds, onSilent, idle);
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
    this.silence.alive();
  }

  stop(): void {
    this.silence.stop();
  }
}
