import type { AbortedError } from '@parlance/contracts';
import { FlightReader, type FlightSource } from './flight-reader.js';

export interface Started<Head, Chunk> {
  head: Head;
  chunks: AsyncIterable<Chunk>;
  /** Whether another process does the work. */
  shared?: boolean;
}

export type Start<Head, Chunk> = (signal: AbortSignal) => Promise<Started<Head, Chunk>>;

export interface FlightLimits {
  /** Bytes kept for slow readers and late joiners before the flight is closed to new ones. */
  maximumBufferedBytes: number;
  /** Chunks the source is asked for beyond what the fastest reader has taken. */
  lookAhead: number;
}

export interface FlightEvents {
  /** Nobody may join any more. Called once. */
  onClosed(): void;
  /** The work is over: complete, failed or abandoned. Called once. */
  onEnded(): void;
}

type Begun<Head> = Omit<Started<Head, never>, 'chunks'>;

interface WaitingForHead<Head> {
  resolve(begun: Begun<Head>): void;
  reject(error: unknown): void;
}

/** One running piece of work and everybody who reads what it makes. */
export class Flight<Head, Chunk> implements FlightSource<Chunk> {
  ending: { error?: unknown } | undefined;
  private readonly controller = new AbortController();
  private readonly readers = new Set<FlightReader<Chunk>>();
  private readonly waitingForHead = new Map<FlightReader<Chunk>, WaitingForHead<Head>>();
  private readonly kept = new Map<number, Chunk>();
  private begun: Begun<Head> | undefined;
  private iterator: AsyncIterator<Chunk> | undefined;
  private firstKept = 0;
  private made = 0;
  private bufferedBytes = 0;
  private closed = false;
  private wakePump: (() => void) | undefined;

  constructor(
    private readonly limits: FlightLimits,
    private readonly events: FlightEvents,
  ) {}

  /** Begins the work; never rejects: readers are told how it went. */
  async run(start: Start<Head, Chunk>): Promise<void> {
    try {
      const { chunks, ...begun } = await start(this.controller.signal);
      this.iterator = chunks[Symbol.asyncIterator]();
      if (this.controller.signal.aborted) this.returnIterator();
      else await this.pump(begun, this.iterator);
      this.end({});
    } catch (error) {
      this.end({ error });
    }
  }

  /** Adds a reader; resolves when the head is there. */
  join(signal: AbortSignal): Promise<Started<Head, Chunk>> {
    return new Promise((resolve, reject) => {
      const reader = new FlightReader<Chunk>(this, signal, (error) => this.abandonHead(reader, error));
      this.readers.add(reader);
      const begin = (begun: Begun<Head>) => resolve({ ...begun, chunks: reader });
      if (this.begun === undefined) this.waitingForHead.set(reader, { resolve: begin, reject });
      else begin(this.begun);
    });
  }

  get readerCount(): number {
    return this.readers.size;
  }

  at(position: number): { chunk: Chunk } | undefined {
    return position < this.made ? { chunk: this.kept.get(position) as Chunk } : undefined;
  }

  advanced(): void {
    this.drop();
    if (this.wanted) this.wakePump?.();
  }

  left(reader: FlightReader<Chunk>): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return this.advanced();
    if (this.ending !== undefined) return this.kept.clear();
    this.close();
    this.controller.abort();
    this.returnIterator();
    this.wakePump?.();
  }

  private async pump(begun: Begun<Head>, iterator: AsyncIterator<Chunk>): Promise<void> {
    this.begun = begun;
    for (const waiting of this.waitingForHead.values()) waiting.resolve(begun);
    this.waitingForHead.clear();
    while (!this.controller.signal.aborted) {
      const result = await iterator.next();
      if (result.done === true || this.controller.signal.aborted) return;
      this.keep(result.value);
      if (!this.wanted) await new Promise<void>((resolve) => (this.wakePump = resolve));
    }
  }

  /** Whether the fastest reader is near the end of what was made, or everybody is gone. */
  private get wanted(): boolean {
    let fastest = 0;
    for (const reader of this.readers) fastest = Math.max(fastest, reader.position);
    return this.made < fastest + this.limits.lookAhead || this.controller.signal.aborted;
  }

  private keep(chunk: Chunk): void {
    this.kept.set(this.made, chunk);
    this.made += 1;
    this.bufferedBytes += byteLength(chunk);
    if (this.bufferedBytes > this.limits.maximumBufferedBytes) this.close();
    this.serveAll();
  }

  /** Forgets what every reader has read, once nobody new can come. */
  private drop(): void {
    if (!this.closed) return;
    let slowest = this.made;
    for (const reader of this.readers) slowest = Math.min(slowest, reader.position);
    for (; this.firstKept < slowest; this.firstKept += 1) this.kept.delete(this.firstKept);
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.events.onClosed();
    this.drop();
  }

  private end(ending: { error?: unknown }): void {
    this.ending = ending;
    this.close();
    this.events.onEnded();
    for (const waiting of this.waitingForHead.values()) waiting.reject(ending.error);
    for (const reader of this.waitingForHead.keys()) void reader.return();
    this.waitingForHead.clear();
    this.serveAll();
  }

  private serveAll(): void {
    for (const reader of this.readers) reader.serve();
  }

  private abandonHead(reader: FlightReader<Chunk>, error: AbortedError): void {
    this.waitingForHead.get(reader)?.reject(error);
    this.waitingForHead.delete(reader);
  }

  private returnIterator(): void {
    // A source that fails while it is being given up has nobody left to tell.
    Promise.resolve(this.iterator?.return?.()).catch(() => undefined);
  }
}

function byteLength(chunk: unknown): number {
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0;
}
