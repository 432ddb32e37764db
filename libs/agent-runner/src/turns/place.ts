import { ParlanceError } from '@parlance/contracts';

/** The place of a turn in the line of its thread: it may run, or it was cancelled while it waited. */
export interface Place {
  /** Fires when a newer turn cancels this one, or when another process goes on with the thread: this one was too slow. */
  readonly signal: AbortSignal;
  /** The turn that has cancelled this one. Set from the beginning where it was cancelled before it could run: it must not. */
  readonly cancelledBy: string | undefined;
  /** Resolves when nobody before it is there any more: only then may it write what its thread remembers. Rejects when the service stops. */
  readonly reached: Promise<void>;
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
  /** Resolves when it may run, or is cancelled. */
  readonly entered: Promise<Place>;
  readonly reached: Promise<void>;
  private enter!: () => void;
  private reach!: () => void;
  private reject!: (error: Error) => void;

  constructor(
    readonly ticket: string,
    readonly id: string,
    private readonly leaveLine: (turn: StandingTurn) => Promise<void>,
  ) {
    this.reached = new Promise((resolve, reject) => {
      this.reach = resolve;
      this.reject = reject;
    });
    this.entered = new Promise((resolve, reject) => {
      this.enter = () => resolve(this);
      this.reached.then(this.enter, reject);
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
    this.reach();
  }

  /** It will never run. */
  refuse(error: Error): void {
    this.state = 'gone';
    this.reject(error);
  }

  /** It keeps its place until it leaves: what was said has yet to be remembered. */
  cancel(by: string): void {
    if (this.cancelledBy !== undefined) return;
    this.cancelledBy = by;
    const message = 'A newer message of the same thread has cancelled this one. Look at the reply to that one.';
    this.controller.abort(new ParlanceError('aborted', message, { reason: 'turn_cancelled' }));
    this.enter();
  }

  lose(): void {
    this.lost = true;
    const message = 'Another process goes on with this thread, since this one did not answer for too long. Send the message again.';
    this.controller.abort(new ParlanceError('unavailable', message, { reason: 'turn_lost' }));
  }
}
