import { AbortedError, throwIfAborted } from '@parlance/contracts';

/** Lets a number of tasks run at a time; the rest wait in order and leave the queue when their caller does. */
export class Semaphore {
  private readonly waiting: (() => void)[] = [];
  private running = 0;

  constructor(private readonly size: number) {}

  /** @throws AbortedError when the signal fires before the task has begun */
  async run<Result>(task: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const release = await this.acquire(signal);
    try {
      return await task();
    } finally {
      release();
    }
  }

  /** For work that outlasts one function. The result gives the place back; calling it twice does no harm. */
  async acquire(signal: AbortSignal): Promise<() => void> {
    throwIfAborted(signal);
    if (this.running >= this.size) await this.wait(signal);
    else this.running++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.waiting.shift();
      // The place is handed on rather than freed, so that nobody who comes now gets in between.
      if (next === undefined) this.running--;
      else next();
    };
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = () => {
        this.waiting.splice(this.waiting.indexOf(enter), 1);
        reject(new AbortedError(signal.reason));
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.push(enter);
    });
  }
}

/** Settles as `work` does, or with AbortedError as soon as the signal fires; the work's own end is then ignored. */
export function abortable<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(new AbortedError(signal.reason));
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
