/** Counts the timers that were set and neither fired nor cleared; the process's own count has those of others in it. */
export function watchTimers(): { live: () => number; restore: () => void } {
  const { setTimeout: set, clearTimeout: clear } = globalThis;
  const live = new Set<unknown>();
  globalThis.setTimeout = Object.assign((callback: (...values: unknown[]) => void, milliseconds?: number, ...values: unknown[]) => {
    const timer = set(() => {
      live.delete(timer);
      callback(...values);
    }, milliseconds);
    live.add(timer);
    return timer;
  }, set);
  globalThis.clearTimeout = (timer) => {
    live.delete(timer);
    clear(timer);
  };
  return {
    live: () => live.size,
    restore: () => {
      globalThis.setTimeout = set;
      globalThis.clearTimeout = clear;
    },
  };
}
