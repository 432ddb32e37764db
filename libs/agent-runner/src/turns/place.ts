import { ParlanceError } from '@parlance/contracts';

/** A turn that may run now. */
export interface Place {
  /** Fires when a newer turn cancels this one, or when another process goes on with the thread: this one was too slow. */
  readonly signal: AbortSignal;
  /** The turn that has cancelled this one. Set from the beginning where it was cancelled before it could run: it must not. */
  readonly cancelledBy: string | undefined;
  /** The next one may run. May be called again; never rejects. Resolves when Redis knows, which nobody has to wait for. */
  leave(): Promise<void>;
}

/** One turn in the line of its thread. */
export class StandingTurn implements Place {
  state: 'waiting' | 'running' | 'gone' = 'waiting';
  cancelledBy: string | undefined;
  /** Whether Redis has said that it may run; otherwise it runs since Redis is away. */
  granted = false;
  /** Another process goes on with the thread. */
  lost = false;
  private readonly controller = new AbortController();
  readonly entered: Promise<Place>;
  private resolve!: (place: Place) => void;
  private reject!: (error: Error) => void;

  constructor(
    readonly ticket: string,
    readonly id: string,
    private readonly leaveLine: (turn: StandingTurn) => Promise<void>,
  ) {
    this.entered = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  leave(): Promise<void> {
    return this.leaveLine(this);
  }

  run(granted: boolean): void {
    this.state = 'running';
    this.granted = granted;
    this.resolve(this);
  }

  /** It will never run. */
  refuse(error: Error): void {
    this.state = 'gone';
    this.reject(error);
  }

  /** @returns whether it has left the line: it was still waiting */
  cancel(by: string): boolean {
    if (this.cancelledBy !== undefined) return false;
    this.cancelledBy = by;
    const message = 'A newer message of the same thread has cancelled this one. Look at the reply to that one.';
    this.controller.abort(new ParlanceError('aborted', message, { reason: 'turn_cancelled' }));
    if (this.state !== 'waiting') return false;
    this.state = 'gone';
    this.resolve(this);
    return true;
  }

  lose(): void {
    this.lost = true;
    const message = 'Another process goes on with this thread, since this one did not answer for too long. Send the message again.';
    this.controller.abort(new ParlanceError('unavailable', message, { reason: 'turn_lost' }));
  }
}
