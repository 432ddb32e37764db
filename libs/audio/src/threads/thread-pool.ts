import { availableParallelism } from 'node:os';
import { Thread, type ThreadCallOptions } from './thread.js';

/** A fixed number of lazily started worker threads that run the same entry file. */
export class ThreadPool {
  private readonly threads: readonly Thread[];

  /**
   * @param entry the thread's file, which exports its `methods`, as a URL beside the caller: `new URL('./x.thread.js', import.meta.url)`
   * @param size number of threads; default: one per core, at most four
   */
  constructor(entry: URL, size = Math.min(availableParallelism(), 4)) {
    this.threads = Array.from({ length: Math.max(1, size) }, () => new Thread(entry));
  }

  get size(): number {
    return this.threads.length;
  }

  /** Runs one call on the least busy thread. */
  call<Result>(method: string, params: unknown, options?: ThreadCallOptions): Promise<Result> {
    return this.leastBusy().call<Result>(method, params, options);
  }

  /** A thread to keep for calls that share state over there. */
  leastBusy(): Thread {
    return this.threads.reduce((best, thread) => (thread.load < best.load ? thread : best));
  }

  /** Runs one call on every thread, e.g. to warm all of them up. */
  async callEach(method: string, params: unknown): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.call(method, params)));
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }
}
