/**
 * Does work whose signal also fires when it takes longer than so many milliseconds. With a timer of its own: a signal of
 * AbortSignal.timeout that is only held by AbortSignal.any may be collected unfired, and the work would never end.
 */
export async function withTimeLimit<Result>(
  milliseconds: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), milliseconds);
  try {
    return await work(AbortSignal.any([signal, late.signal]));
  } finally {
    clearTimeout(timer);
  }
}
