import { AbortedError } from './errors.js';

/**
 * What the promise gives, or AbortedError as soon as the signal fires: who does not heed a signal holds nobody up. What it
 * gives afterwards is handed to `discard`.
 */
export async function unlessAborted<Result>(
  promise: Promise<Result>,
  signal: AbortSignal,
  discard: (result: Result) => void = () => undefined,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let left = false;
    const leave = () => {
      left = true;
      reject(new AbortedError(signal.reason));
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    const settled = (then: () => void) => {
      signal.removeEventListener('abort', leave);
      then();
    };
    promise.then(
      (result) => settled(() => (left ? discard(result) : resolve(result))),
      (error: unknown) => settled(() => reject(error)),
    );
  });
}
