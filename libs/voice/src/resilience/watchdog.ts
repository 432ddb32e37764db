import { AbortedError } from '@parlance/contracts';

/** Fires when there was no sign of life for so long. Its timer must be stopped. */
export class Watchdog {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  /** @param milliseconds of silence */
  constructor(private readonly milliseconds: number) {
    this.timer = this.start();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Something came: the time begins anew. */
  alive(): void {
    this.timer.refresh();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => this.controller.abort(new Error('Silent for too long.')), this.milliseconds);
  }
}

/**
 * What the promise gives, or AbortedError as soon as the signal fires: a provider that does not heed its signal
 * holds nobody up. What it gives afterwards is handed to `discard`.
 */
export async function unlessAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal,
  discard: (result: Result) => void,
): Promise<Result> {
  let listener: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    listener = () => {
      promise.then(discard, () => undefined);
      reject(new AbortedError(signal.reason));
    };
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (listener !== undefined) signal.removeEventListener('abort', listener);
  }
}
