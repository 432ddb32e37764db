import { throwIfAborted } from '@parlance/contracts';
import { Flight, type Start } from './flight.js';

export interface CoalescerOptions {
  /** Bytes kept per flight for slow readers and late joiners before nobody may join it any more. Default 32 MiB. */
  maximumBufferedBytes?: number;
  /** Chunks the source is asked for beyond what the fastest reader has taken, at least 1. Default 2. */
  lookAhead?: number;
}

export interface SharedStream<Head, Chunk> {
  /** The same object for everybody: not to be changed. */
  head: Head;
  /**
   * Every chunk from the beginning, at this consumer's own pace; may be read once. Chunks are shared: neither to
   * be changed nor transferred. Must be read to its end, broken off, or given up by the signal.
   */
  chunks: AsyncIterable<Chunk>;
  /** Whether this caller joined work that another had begun, in this process or elsewhere. */
  shared: boolean;
}

/**
 * Equal requests in flight share one piece of work, in this process. The source is asked for no more than its
 * fastest reader wants; readers that fall behind hold up nobody. What is complete or has failed is forgotten at
 * once: a source that feeds a cache writes it before it ends, so that no request falls in between.
 */
export class Coalescer {
  private readonly joinable = new Map<string, Flight<unknown, unknown>>();
  private readonly running = new Set<Flight<unknown, unknown>>();

  constructor(private readonly options: CoalescerOptions = {}) {}

  /** Pieces of work going on. */
  get inFlight(): number {
    return this.running.size;
  }

  /** Callers who read or wait, over all pieces of work. */
  get waiting(): number {
    return [...this.running].reduce((sum, flight) => sum + flight.readerCount, 0);
  }

  /**
   * @param key what makes two requests equal; equal keys must mean equal types of head and chunk
   * @param start begins the work. Its signal is nobody's in particular: it fires when the last consumer has left
   * @param signal this caller's own; it ends only this caller's part
   * @throws AbortedError, or whatever `start` threw; what fails later is thrown while reading
   */
  async join<Head, Chunk>(key: string, start: Start<Head, Chunk>, signal: AbortSignal): Promise<SharedStream<Head, Chunk>> {
    throwIfAborted(signal);
    const existing = this.joinable.get(key) as Flight<Head, Chunk> | undefined;
    const flight = existing ?? this.prepare<Head, Chunk>(key);
    const joined = flight.join(signal);
    if (existing === undefined) void flight.run(start);
    const { head, chunks, shared = false } = await joined;
    return { head, chunks, shared: shared || existing !== undefined };
  }

  private prepare<Head, Chunk>(key: string): Flight<Head, Chunk> {
    const { maximumBufferedBytes = 32 * 1024 * 1024, lookAhead = 2 } = this.options;
    const flight = new Flight<Head, Chunk>(
      { maximumBufferedBytes, lookAhead: Math.max(1, lookAhead) },
      { onClosed: () => this.joinable.delete(key), onEnded: () => this.running.delete(stored) },
    );
    const stored = flight as Flight<unknown, unknown>;
    this.joinable.set(key, stored);
    this.running.add(stored);
    return flight;
  }
}
