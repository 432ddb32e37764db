import { availableParallelism } from 'node:os';
import { Thread, type ThreadCallOptions, type ThreadOptions } from './thread.js';

/** A process has started by then, on a slow machine too. */
const OTHERS_AFTER_MILLISECONDS = 10_000;

/** A fixed number of lazily started worker threads that run the same entry file. */
export class ThreadPool {
  private readonly threads: readonly Thread[];
  private others: NodeJS.Timeout | undefined;

  /**
   * @param entry the thread's file, which exports its `methods`, as a URL beside the caller: `new URL('./x.thread.js', import.meta.url)`
   * @param size number of threads; default: one per core, at most four
   */
  constructor(entry: URL, size = Math.min(availableParallelism(), 4), options: ThreadOptions = {}) {
    this.threads = Array.from({ length: Math.max(1, size) }, () => new Thread(entry, options));
  }

  /** Runs one call on the least busy thread. */
  call<Result>(method: string, params: unknown, options?: ThreadCallOptions): Promise<Result> {
    return this.leastBusy().call<Result>(method, params, options);
  }

  /** A thread to keep for calls that share state over there. */
  leastBusy(): Thread {
    return this.threads.reduce((best, thread) => (thread.load < best.load ? thread : best));
  }

  /**
   * Runs one call on the first thread, and a little later on the others, for which nobody waits: all threads at once take the
   * processors from whatever else starts, and the first is enough to serve. Before that, others start when the first is busy.
   */
  async warmUp(method: string, params: unknown): Promise<void> {
    const [first, ...others] = this.threads;
    await first?.call(method, params);
    this.others = setTimeout(() => {
      for (const thread of others) thread.call(method, params).catch(() => undefined);
    }, OTHERS_AFTER_MILLISECONDS).unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.others);
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}
