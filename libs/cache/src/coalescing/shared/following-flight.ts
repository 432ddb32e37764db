import { setTimeout as sleep } from 'node:timers/promises';
import { ParlanceError, throwIfAborted } from '@parlance/contracts';
import type { Started } from '../flight.js';
import type { FlightCodec } from './flight-codec.js';
import { decodeEntry, type FlightEntry } from './flight-entry.js';
import { decodeFailure } from './flight-failure.js';
import type { FlightNews } from './flight-news.js';
import type { FlightSettings } from './flight-settings.js';
import { FlightStore, type FlightName, type FlightReading } from './flight-store.js';
import type { OutageWatch } from './outage-watch.js';

export interface FollowingParts<Head, Chunk> {
  name: FlightName;
  store: FlightStore;
  news: FlightNews;
  settings: FlightSettings;
  outages: OutageWatch;
  codec: FlightCodec<Head, Chunk>;
}

const RETRY_MILLISECONDS = 100;

/** Work that another process does, read from its beginning and then as it comes. For one reader. */
export class FollowingFlight<Head, Chunk> {
  private readonly unread: FlightEntry[] = [];
  private position = 0;
  private delivered = false;
  /** Since when Redis has not answered. */
  private failingSince: number | undefined;
  /** Since when there is no sign of life of the leader. */
  private silentSince: number | undefined;
  private waiting: (() => void) | undefined;
  private hasNews = false;
  private readonly timer: NodeJS.Timeout;
  private readonly unlisten: () => void;

  /** @param signal ends this follower; it has not fired yet */
  constructor(
    private readonly parts: FollowingParts<Head, Chunk>,
    private readonly signal: AbortSignal,
  ) {
    const { name, news, settings } = parts;
    this.unlisten = news.listen(FlightStore.channelOf(name), this.wake);
    this.timer = setInterval(() => this.beat(), settings.beatMilliseconds);
    this.timer.unref();
    signal.addEventListener('abort', this.close, { once: true });
  }

  /**
   * Resolves when there is something to deliver.
   * @returns `gone`: its leader has ended without a word, and nothing was delivered; `away`: Redis has
   * @throws the leader's failure, as a ParlanceError; AbortedError
   */
  async begin(): Promise<Started<Head, Chunk> | 'gone' | 'away'> {
    let begun;
    try {
      begun = await this.tryToBegin();
      return begun;
    } finally {
      if (begun === undefined || typeof begun === 'string') this.close();
    }
  }

  private async tryToBegin(): Promise<Started<Head, Chunk> | 'gone' | 'away'> {
    const head = await this.next();
    if (typeof head === 'string') return head;
    if (head.kind !== 'head') throw failureOf(head);
    const second = await this.next();
    if (typeof second === 'string') return second;
    if (second.kind === 'failure') throw failureOf(second);
    this.unread.unshift(second);
    this.delivered = true;
    const decoded = this.parts.codec.decodeHead(head.body);
    return { head: decoded, chunks: this.chunks(decoded), shared: true };
  }

  private async *chunks(head: Head): AsyncGenerator<Chunk> {
    const { codec } = this.parts;
    try {
      for (;;) {
        const entry = await this.next();
        if (typeof entry === 'string') throw lost();
        if (entry.kind === 'end') return;
        if (entry.kind === 'chunk') yield codec.decodeChunk(entry.body);
        else if (entry.kind === 'tail') codec.applyTail(head, entry.body);
        else throw failureOf(entry);
      }
    } finally {
      this.close();
    }
  }

  private async next(): Promise<FlightEntry | 'gone' | 'away'> {
    for (;;) {
      throwIfAborted(this.signal);
      const unread = this.unread.shift();
      if (unread !== undefined) return unread;
      this.hasNews = false;
      const reading = await this.read();
      if (reading === undefined) return 'away';
      for (const { number, bytes } of reading.entries) {
        // Its leader keeps only so much, and this follower was slower than that.
        if (number !== this.position + 1) return 'gone';
        this.position = number;
        this.unread.push(decodeEntry(bytes));
      }
      if (reading.alive || reading.entries.length > 0) this.silentSince = undefined;
      else if (this.isHopeless()) return 'gone';
      if (reading.entries.length > 0) continue;
      await this.untilWoken();
    }
  }

  /** Its leader may only have been too busy to renew its lease. Who has delivered nothing need not wait for that. */
  private isHopeless(): boolean {
    this.silentSince ??= performance.now();
    return !this.delivered || performance.now() - this.silentSince > this.parts.settings.patienceMilliseconds;
  }

  /** `undefined` when Redis is away. */
  private async read(): Promise<FlightReading | undefined> {
    const { store, name, outages, settings } = this.parts;
    for (;;) {
      try {
        const reading = await store.read(name, this.position);
        outages.succeeded();
        this.failingSince = undefined;
        return reading;
      } catch {
        throwIfAborted(this.signal);
        this.failingSince ??= performance.now();
        const isOutage = outages.failed();
        const isLost = performance.now() - this.failingSince > settings.outageMilliseconds;
        if (this.delivered ? isLost : isOutage) return undefined;
        await sleep(RETRY_MILLISECONDS);
      }
    }
  }

  private untilWoken(): Promise<void> {
    if (this.hasNews || this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => (this.waiting = resolve));
  }

  private readonly wake = (): void => {
    this.hasNews = true;
    this.waiting?.();
    this.waiting = undefined;
  };

  private beat(): void {
    if (this.waiting !== undefined) return this.wake();
    // Its reader takes its time, and wants it all the same.
    const { store, name } = this.parts;
    store.touch(name).catch(() => undefined);
  }

  private readonly close = (): void => {
    clearInterval(this.timer);
    this.unlisten();
    this.signal.removeEventListener('abort', this.close);
    this.wake();
  };
}

/** What is there instead of what was to come. */
function failureOf(entry: FlightEntry): ParlanceError {
  return entry.kind === 'failure' ? decodeFailure(entry.body) : lost();
}

function lost(): ParlanceError {
  return new ParlanceError('server', 'The process that made this for several requests was lost in the middle. Try again.', {
    reason: 'shared_work_lost',
  });
}
