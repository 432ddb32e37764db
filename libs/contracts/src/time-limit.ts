import { LinkedController } from './linked-controller.js';

/**
 * A signal that also fires when so many milliseconds are over. Whoever made it ends it with `unlink`, or with `abort`.
 * Not `AbortSignal.timeout`: one that is only held by `AbortSignal.any` may be collected unfired, and what waits for it
 * would never end (Node 20).
 */
export class TimeLimit extends LinkedController {
  private readonly timer: ReturnType<typeof setTimeout>;
  private late = false;

  constructor(parent: AbortSignal, milliseconds: number) {
    super(parent);
    this.timer = setTimeout(() => {
      this.late = !this.signal.aborted;
      this.abort();
    }, milliseconds);
  }

  /** Whether it was the time that ended it, and not the caller. */
  get isOver(): boolean {
    return this.late;
  }

  override unlink(): void {
    clearTimeout(this.timer);
    super.unlink();
  }
}

/** Does work whose signal also fires when it takes longer than so many milliseconds. */
export async function withTimeLimit<Result>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const limit = new TimeLimit(signal, milliseconds);
  try {
    return await work(limit.signal);
  } finally {
    limit.unlink();
  }
}
