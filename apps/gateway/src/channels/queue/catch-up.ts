import { setTimeout as sleep } from 'node:timers/promises';

type Task = () => Promise<unknown>;

const PAUSE_MILLISECONDS = 500;

/** Does what Redis could not be told while it was away, in the order in which it came, once it is back. */
export class CatchUp {
  private readonly owed: Task[] = [];
  private readonly closing = new AbortController();
  private running: Promise<void> | undefined;

  /** @param pauseMilliseconds between two attempts; default 500 */
  constructor(private readonly pauseMilliseconds = PAUSE_MILLISECONDS) {}

  /** @param task may be done twice without harm; tried until it does not fail */
  add(task: Task): void {
    this.owed.push(task);
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Resolves when nothing is owed, or Redis is away still. */
  async now(): Promise<void> {
    while (this.owed.length > 0 && (await this.succeeds()));
  }

  /** Tries for the last time. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.running;
    await this.now();
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (this.owed.length > 0 && !signal.aborted) {
      await sleep(this.pauseMilliseconds, undefined, { signal, ref: false }).catch(() => undefined);
      await this.now();
    }
  }

  private async succeeds(): Promise<boolean> {
    const [task] = this.owed;
    try {
      await task?.();
      // Another may have done it meanwhile.
      if (this.owed[0] === task) this.owed.shift();
      return true;
    } catch {
      return false;
    }
  }
}
