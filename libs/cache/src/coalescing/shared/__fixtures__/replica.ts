import { PATIENT_REDIS } from '@parlance/testing';
import { Coalescer, type SharedStream } from '../../coalescer.js';
import type { Start, Started } from '../../flight.js';
import type { RedisTimes } from '../../../redis/redis-connection.js';
import { RedisConnections } from '../../../redis/redis-connections.js';
import type { FlightCodec } from '../flight-codec.js';
import type { FlightSettings } from '../flight-settings.js';
import { SharedFlights } from '../shared-flights.js';

/** A head whose `count` is known only in the end. */
export interface CountedHead {
  name: string;
  count: number;
}

export const countedCodec: FlightCodec<CountedHead, Uint8Array> = {
  encodeHead: ({ name }) => Buffer.from(name),
  decodeHead: (bytes) => ({ name: Buffer.from(bytes).toString(), count: 0 }),
  encodeChunk: (chunk) => chunk,
  decodeChunk: (bytes) => bytes,
  encodeTail: ({ count }) => Buffer.from(String(count)),
  applyTail: (head, bytes) => void (head.count = Number(Buffer.from(bytes).toString())),
};

/** What one process has: its coalescer, its connections, and the flights it shares with others. */
export class Replica {
  readonly coalescer = new Coalescer();
  readonly connections: RedisConnections;
  readonly flights: SharedFlights;

  private constructor(url: string, settings: Partial<FlightSettings>, times: RedisTimes) {
    this.connections = new RedisConnections(url, times);
    this.flights = new SharedFlights(this.connections, settings);
  }

  /** @param times shorter where Redis falls silent */
  static async start(url: string, settings: Partial<FlightSettings> = {}, times: RedisTimes = PATIENT_REDIS): Promise<Replica> {
    const replica = new Replica(url, settings, times);
    await replica.connections.open();
    return replica;
  }

  join(
    key: string,
    start: Start<CountedHead, Uint8Array>,
    signal: AbortSignal = new AbortController().signal,
    recall: () => Promise<Started<CountedHead, Uint8Array> | undefined> = () => Promise.resolve(undefined),
  ): Promise<SharedStream<CountedHead, Uint8Array>> {
    return this.coalescer.join(key, this.flights.across(key, { start, recall, codec: countedCodec }), signal);
  }

  /** As if it had died: nobody is told, and its work goes nowhere. */
  async vanish(): Promise<void> {
    await this.connections.close();
  }

  async close(): Promise<void> {
    await this.flights.close();
    await this.connections.close();
  }
}

/** Work that is done piece by piece as a test wants it. */
export class ManualWork {
  starts = 0;
  signal: AbortSignal | undefined;
  private readonly steps: (Uint8Array | { error: unknown } | 'end')[] = [];
  private wakeUp: (() => void) | undefined;
  private readonly head: CountedHead;

  constructor(name = 'work') {
    this.head = { name, count: 0 };
  }

  readonly start: Start<CountedHead, Uint8Array> = async (signal) => {
    this.starts += 1;
    this.signal = signal;
    signal.addEventListener('abort', () => this.wakeUp?.());
    return { head: this.head, chunks: this.chunks(signal) };
  };

  make(...texts: string[]): void {
    this.makeBytes(...texts.map((text) => Buffer.from(text)));
  }

  makeBytes(...chunks: Uint8Array[]): void {
    this.add(...chunks);
  }

  end(): void {
    this.add('end');
  }

  fail(error: unknown): void {
    this.add({ error });
  }

  private add(...steps: (Uint8Array | { error: unknown } | 'end')[]): void {
    this.steps.push(...steps);
    this.wakeUp?.();
  }

  private async *chunks(signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for (;;) {
      const step = this.steps.shift();
      if (step === 'end' || signal.aborted) return;
      if (step === undefined) await new Promise<void>((resolve) => (this.wakeUp = resolve));
      else if ('error' in step) throw step.error;
      else {
        this.head.count += 1;
        yield step;
      }
    }
  }
}

/** All of a stream as text; the pieces divided by `|`. */
export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: string[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk).toString());
  return all.join('|');
}
