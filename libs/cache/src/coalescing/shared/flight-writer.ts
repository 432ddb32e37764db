import { setTimeout as sleep } from 'node:timers/promises';
import { encodeEntry, type FlightEntry } from './flight-entry.js';
import type { FlightSettings } from './flight-settings.js';
import type { FlightName, FlightStore } from './flight-store.js';

/** What goes to Redis at a time. */
const MOST_BYTES = 1024 * 1024;
const MOST_ENTRIES = 64;
const RETRY_MILLISECONDS = 100;

/**
 * A leader's hand: writes entries in order, several at a time where they come faster than Redis takes them. Of what it
 * has written, the last `maximumBytes` stay. It bears outages for a while.
 */
export class FlightWriter {
  /** Whether others may join from the beginning. */
  joinable = true;
  private readonly pending: Uint8Array[] = [];
  private readonly sizes: number[] = [];
  private pendingBytes = 0;
  private keptBytes = 0;
  private forgotten = 0;
  private ended = false;
  private lost = false;
  /** Since when Redis has not answered; a process that was busy for a while has not asked. */
  private failingSince: number | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: FlightStore,
    private readonly name: FlightName,
    private readonly settings: FlightSettings,
  ) {}

  /** @returns whether it is of use to go on: `false` when Redis was away for too long */
  async add(entry: FlightEntry): Promise<boolean> {
    const bytes = encodeEntry(entry);
    this.pending.push(bytes);
    this.pendingBytes += bytes.byteLength;
    this.ended = entry.kind === 'end' || entry.kind === 'failure';
    this.queue = this.queue.then(() => this.flush());
    if (this.ended || this.pendingBytes > MOST_BYTES) await this.queue;
    return !this.lost;
  }

  /** @returns whether somebody follows; `lost` as above; `away`: Redis did not answer just now */
  async renew(): Promise<boolean | 'lost' | 'away'> {
    try {
      const followed = await this.store.write(this.name, { joinable: this.joinable });
      this.failingSince = undefined;
      return followed;
    } catch {
      return this.isLost() ? 'lost' : 'away';
    }
  }

  /** After a failure: whether there were only failures for too long. */
  private isLost(): boolean {
    this.failingSince ??= performance.now();
    return performance.now() - this.failingSince > this.settings.outageMilliseconds;
  }

  private async flush(): Promise<void> {
    while (this.pending.length > 0 && !this.lost) await this.write(this.takeBatch());
  }

  private takeBatch(): Uint8Array[] {
    const batch: Uint8Array[] = [];
    for (let bytes = 0; this.pending.length > 0 && batch.length < MOST_ENTRIES && bytes < MOST_BYTES;) {
      const entry = this.pending.shift()!;
      bytes += entry.byteLength;
      batch.push(entry);
    }
    return batch;
  }

  private async write(entries: readonly Uint8Array[]): Promise<void> {
    const first = this.sizes.length + 1;
    for (const { byteLength } of entries) {
      this.sizes.push(byteLength);
      this.keptBytes += byteLength;
      this.pendingBytes -= byteLength;
    }
    while (this.keptBytes > this.settings.maximumBytes) {
      this.keptBytes -= this.sizes[this.forgotten]!;
      this.forgotten += 1;
      this.joinable = false;
    }
    const forgetBefore = this.forgotten === 0 ? 0 : this.forgotten + 1;
    const ended = this.ended && this.pending.length === 0;
    for (;;) {
      try {
        await this.store.write(this.name, { entries, first, forgetBefore, joinable: this.joinable, ended });
        this.failingSince = undefined;
        return;
      } catch {
        this.lost = this.isLost();
        if (this.lost) return;
        await sleep(RETRY_MILLISECONDS);
      }
    }
  }
}
