import { AbortedError } from '@parlance/contracts';

/** What a reader needs of the flight it reads from. */
export interface FlightSource<Chunk> {
  /** The chunk at that position, while it is kept. */
  at(position: number): { chunk: Chunk } | undefined;
  /** How the flight ended, once it has. */
  readonly ending: { error?: unknown } | undefined;
  advanced(): void;
  left(reader: FlightReader<Chunk>): void;
}

interface PendingRead<Chunk> {
  resolve(result: IteratorResult<Chunk, undefined>): void;
  reject(error: unknown): void;
}

/**
 * One consumer's own place in a flight. Written by hand rather than as a generator: leaving must work at once,
 * before the first read and in the middle of one.
 */
export class FlightReader<Chunk> implements AsyncIterableIterator<Chunk, undefined> {
  position = 0;
  private readonly reads: PendingRead<Chunk>[] = [];
  private abort: AbortedError | undefined;
  private gone = false;

  /** @param onAbort called once when the signal fires while the reader is still there */
  constructor(
    private readonly source: FlightSource<Chunk>,
    private readonly signal: AbortSignal,
    private readonly onAbort: (error: AbortedError) => void,
  ) {
    signal.addEventListener('abort', this.abandon, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Chunk, undefined>> {
    return new Promise((resolve, reject) => {
      this.reads.push({ resolve, reject });
      this.serve();
    });
  }

  return(): Promise<IteratorResult<Chunk, undefined>> {
    this.leave();
    this.serve();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Answers the reads that can be answered now. */
  serve(): void {
    for (let read = this.reads[0]; read !== undefined; read = this.reads[0]) {
      if (!this.answer(read)) return;
      this.reads.shift();
    }
  }

  private answer(read: PendingRead<Chunk>): boolean {
    if (this.abort !== undefined) {
      read.reject(this.abort);
      return true;
    }
    const kept = this.gone ? undefined : this.source.at(this.position);
    if (kept !== undefined) {
      this.position += 1;
      read.resolve({ done: false, value: kept.chunk });
      this.source.advanced();
      return true;
    }
    const { ending } = this.source;
    if (!this.gone && ending === undefined) return false;
    const failed = !this.gone && ending !== undefined && 'error' in ending;
    this.leave();
    if (failed) read.reject(ending.error);
    else read.resolve({ done: true, value: undefined });
    return true;
  }

  private leave(): void {
    if (this.gone) return;
    this.gone = true;
    this.signal.removeEventListener('abort', this.abandon);
    this.source.left(this);
  }

  private readonly abandon = (): void => {
    this.abort = new AbortedError(this.signal.reason);
    this.leave();
    this.onAbort(this.abort);
    this.serve();
  };
}
