import { ParlanceError } from '@parlance/contracts';
import { Flight, type Start, type Started } from '../flight.js';
import type { FlightCodec } from './flight-codec.js';
import { encodeFailure } from './flight-failure.js';
import type { FlightSettings } from './flight-settings.js';
import type { FlightName, FlightStore } from './flight-store.js';
import { FlightWriter } from './flight-writer.js';

export interface LeadingParts<Head, Chunk> {
  name: FlightName;
  store: FlightStore;
  settings: FlightSettings;
  codec: FlightCodec<Head, Chunk>;
  /** It is led no longer. Called once. */
  onOver: () => void;
}

/** How often the lease is renewed while it lasts. */
const RENEWALS = 5;

/**
 * Work that is done in this process and may be followed in others. Nothing of it is written down until somebody
 * follows; from then on the followers count as a reader who takes all there is. It ends when nobody reads it here and
 * nobody follows elsewhere. When Redis is lost the readers here notice nothing.
 */
export class LeadingFlight<Head, Chunk> {
  private readonly flight: Flight<Head, Chunk>;
  private readonly writer: FlightWriter;
  /** Fires when nobody elsewhere wants it, or can be told. */
  private readonly leaving = new AbortController();
  private readonly timer: NodeJS.Timeout;
  /** A place at the beginning, for those who follow. */
  private readonly kept: Promise<Started<Head, Chunk>>;
  private readersAreGone = false;
  private publishing = false;
  /** Resolves when it is led no longer, and nobody new can follow it. */
  readonly whenOver: Promise<void>;

  constructor(private readonly parts: LeadingParts<Head, Chunk>) {
    const { name, store, settings } = parts;
    this.writer = new FlightWriter(store, name, settings);
    this.flight = new Flight(
      { maximumBufferedBytes: settings.maximumBytes, lookAhead: 1 },
      { onClosed: () => this.closed(), onEnded: () => void this.leaveUnlessFollowed() },
    );
    this.whenOver = new Promise((resolve) => this.leaving.signal.addEventListener('abort', () => resolve(), { once: true }));
    this.kept = this.flight.join(this.leaving.signal);
    // Who reads it hears of failures; perhaps nobody does.
    this.kept.catch(() => undefined);
    this.timer = setInterval(() => void this.renew(), settings.leaseMilliseconds / RENEWALS);
    this.timer.unref();
  }

  /** @param signal fires when its readers in this process are gone; it has not fired yet */
  run(start: Start<Head, Chunk>, signal: AbortSignal): Promise<Started<Head, Chunk>> {
    const gone = () => {
      this.readersAreGone = true;
      void this.leaveUnlessFollowed();
    };
    signal.addEventListener('abort', gone, { once: true });
    this.leaving.signal.addEventListener('abort', () => signal.removeEventListener('abort', gone), { once: true });
    const begun = this.flight.join(signal);
    void this.flight.run(start);
    return begun;
  }

  /** Somebody follows: writes down all there is, and what comes. */
  async publish(): Promise<void> {
    if (this.publishing || this.isOver) return;
    this.publishing = true;
    // What cannot be written down is no failure of the work: its followers do it themselves.
    const abandoned = await this.writeAll().catch(() => true);
    if (abandoned) await this.parts.store.leave(this.parts.name, true).catch(() => undefined);
    this.over();
  }

  /** Followers elsewhere begin anew. */
  async giveUp(): Promise<void> {
    this.over();
    await this.parts.store.leave(this.parts.name, true).catch(() => undefined);
  }

  private get isOver(): boolean {
    return this.leaving.signal.aborted;
  }

  /** @returns whether it has come to no end that followers could be told of */
  private async writeAll(): Promise<boolean> {
    const { codec } = this.parts;
    const { writer } = this;
    let head: { value: Head } | undefined;
    const tail = async () => head === undefined || writer.add({ kind: 'tail', body: codec.encodeTail(head.value) });
    try {
      const started = await this.kept;
      head = { value: started.head };
      await writer.add({ kind: 'head', body: codec.encodeHead(started.head) });
      for await (const chunk of started.chunks) {
        if (!(await writer.add({ kind: 'chunk', body: codec.encodeChunk(chunk) }))) return false;
      }
      await tail();
      await writer.add({ kind: 'end' });
      return false;
    } catch (error) {
      // Whoever ended this work has not ended the requests of others.
      if (error instanceof ParlanceError && error.code === 'aborted') return true;
      await tail();
      await writer.add({ kind: 'failure', body: encodeFailure(error) });
      return false;
    }
  }

  private async renew(): Promise<void> {
    const followed = await this.writer.renew();
    if (this.isOver) return;
    if (followed === 'lost') this.over();
    else if (followed === true) void this.publish();
    else if (followed === false && this.readersAreGone) await this.leaveUnlessFollowed();
  }

  private async leaveUnlessFollowed(): Promise<void> {
    if (this.isOver || (this.publishing && !this.readersAreGone)) return;
    const { store, name } = this.parts;
    const followed = await store.leave(name).catch(() => this.publishing);
    if (!followed) this.over();
    else if (!this.publishing) await this.publish();
  }

  /** It has grown too large to be kept from its beginning, or is at its end. */
  private closed(): void {
    this.writer.joinable = false;
    if (this.flight.ending === undefined && !this.publishing && !this.isOver) void this.giveUp();
  }

  private over(): void {
    if (this.isOver) return;
    clearInterval(this.timer);
    this.leaving.abort();
    this.parts.onOver();
  }
}
