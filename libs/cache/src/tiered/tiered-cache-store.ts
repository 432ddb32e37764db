import { ParlanceError, type CacheStore } from '@parlance/contracts';
import type { MemoryCacheStatistics, MemoryCacheStore } from '../memory/memory-cache-store.js';
import { checkTimeToLive } from '../time-to-live.js';
import type { RemoteCacheStore } from './remote-cache-store.js';
import type { SharedDeletions } from './shared-deletions.js';

export interface TieredCacheOptions {
  /** The longest time that memory keeps what the remote store has too, in seconds. Default 300. */
  memorySeconds?: number;
  /** Told when an outage begins, with its first error, and when it is over: once each. */
  onStateChange?: (state: RemoteState, error?: ParlanceError) => void;
  /** Tells other processes what was deleted, and hears it of them: their memories may have it too. */
  deletions?: SharedDeletions;
  /** How often an outage is looked at again, in milliseconds. Default 1000. */
  probeMilliseconds?: number;
}

/** `away`: the remote store, or a part of it, did not answer the last time it was asked. */
export type RemoteState = 'ready' | 'away';

export interface RemoteCacheStatistics {
  state: RemoteState;
  hits: number;
  /** Keys that the remote store said it has not. */
  misses: number;
  /** Keys that could not be read, written or deleted. */
  errors: number;
  /** Of the entries that were found. */
  bytesServed: number;
  bytesWritten: number;
}

const DEFAULT_MEMORY_SECONDS = 300;
const DEFAULT_PROBE_MILLISECONDS = 1000;

/**
 * Memory in front of a store that many processes share. A remote store that is away makes reads misses, and writes go
 * to memory alone: nothing rejects because of it. What was deleted meanwhile is there again when it is back.
 */
export class TieredCacheStore implements CacheStore {
  private readonly counts = { hits: 0, misses: 0, errors: 0, bytesServed: 0, bytesWritten: 0 };
  private readonly memorySeconds: number;
  private probe: NodeJS.Timeout | undefined;
  /** What has failed last during an outage: it may be of another part than what it began with. */
  private failedLast: (() => Promise<void>) | undefined;
  private closed = false;
  /** Rises when something is deleted, here or in another process. */
  private deletions = 0;

  constructor(
    private readonly memory: MemoryCacheStore,
    private readonly remote: RemoteCacheStore,
    private readonly options: TieredCacheOptions = {},
  ) {
    this.memorySeconds = options.memorySeconds ?? DEFAULT_MEMORY_SECONDS;
    options.deletions?.onDeleted((keys, tag) => {
      this.deletions += 1;
      void this.memory.delete(keys);
      if (tag !== undefined) void this.memory.deleteTagged(tag);
    });
  }

  /** Memory first, then one round trip for the rest. */
  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const values = await this.memory.getMany(keys);
    const missing = new Set(keys.filter((_key, index) => values[index] === undefined));
    if (missing.size === 0) return values;
    const found = await this.fetch([...missing]);
    return keys.map((key, index) => {
      const fetched = found.get(key);
      // Bytes of its own for each answer: a key may stand there twice.
      return values[index] ?? (fetched && new Uint8Array(fetched));
    });
  }

  /** What memory has. */
  lend(key: string): Uint8Array | undefined {
    return this.memory.lend(key);
  }

  async set(key: string, value: Uint8Array, ttlSeconds: number, tags: readonly string[] = []): Promise<void> {
    checkTimeToLive(ttlSeconds);
    const { deletions } = this;
    await this.memory.set(key, value, Math.min(ttlSeconds, this.memorySeconds), tags);
    // What was deleted since is not put back: whether it could be is asked by reading it.
    const read = this.readUntilAll([key]);
    const put = () => (this.deletions === deletions ? this.remote.set(key, value, ttlSeconds, tags) : read());
    if (await this.write(1, put)) this.counts.bytesWritten += value.byteLength;
    // Nobody else has it: memory keeps it for the whole time. Not what was deleted while nobody knew that yet.
    else if (this.deletions === deletions) await this.memory.set(key, value, ttlSeconds, tags);
  }

  async delete(keys: readonly string[]): Promise<void> {
    await this.remove(keys);
  }

  async deleteTagged(tag: string): Promise<string[]> {
    return (await this.removeTagged(tag)).keys;
  }

  /** As `delete`. @returns whether it is gone for all: `false` while the remote store is away */
  async remove(keys: readonly string[]): Promise<boolean> {
    this.deletions += 1;
    await this.memory.delete(keys);
    const reached = await this.write(keys.length, () => this.remote.delete(keys));
    // Whoever was reading it meanwhile has put it back.
    await this.memory.delete(keys);
    if (reached) this.options.deletions?.tell(keys);
    return reached;
  }

  /** As `deleteTagged`. @returns the keys that are gone, and whether they are for all, as `remove` */
  async removeTagged(tag: string): Promise<{ keys: string[]; reached: boolean }> {
    this.deletions += 1;
    const own = await this.memory.deleteTagged(tag);
    let shared: string[] = [];
    const reached = await this.write(1, async () => {
      shared = await this.remote.deleteTagged(tag);
    });
    // What memory has from the remote store it has without its tags.
    await this.memory.delete(shared);
    const keys = [...new Set([...own, ...shared])];
    if (reached) this.options.deletions?.tell(keys, tag);
    return { keys, reached };
  }

  get statistics(): { memory: MemoryCacheStatistics; remote: RemoteCacheStatistics } {
    return { memory: this.memory.statistics, remote: { state: this.state, ...this.counts } };
  }

  /** What the remote store holds; `undefined` while it is away. */
  async remoteBytes(): Promise<number | undefined> {
    return this.remote.bytesHeld().catch(() => undefined);
  }

  get state(): RemoteState {
    return this.probe === undefined ? 'ready' : 'away';
  }

  /** Ends looking for the end of an outage; the stores stay open. */
  close(): void {
    this.closed = true;
    clearTimeout(this.probe);
    this.probe = undefined;
  }

  private async fetch(keys: readonly string[]): Promise<Map<string, Uint8Array>> {
    const { entries, failures } = await this.remote.lookUp(keys);
    const found = new Map<string, Uint8Array>();
    for (const [index, entry] of entries.entries()) {
      const key = keys[index];
      if (key === undefined || entry === undefined) continue;
      found.set(key, entry.value);
      this.counts.bytesServed += entry.value.byteLength;
      const seconds = Math.min(entry.remainingSeconds, this.memorySeconds);
      if (seconds > 0) await this.memory.set(key, entry.value, seconds);
    }
    this.counts.hits += found.size;
    this.counts.misses += keys.length - found.size - failures.length;
    const [failure] = failures;
    if (failure !== undefined) {
      this.failed(failures.length, failure.error, this.readUntilAll(failures.map(({ key }) => key)));
    }
    return found;
  }

  /**
   * Works once each of the keys could be read, whichever part of the remote store it lies in: one of a part that was
   * slow for a moment says nothing about the part that is away. @throws ParlanceError
   */
  private readUntilAll(keys: readonly string[]): () => Promise<void> {
    let unread = keys;
    return async () => {
      const { failures } = await this.remote.lookUp(unread);
      unread = failures.map(({ key }) => key);
      if (failures[0] !== undefined) throw failures[0].error;
    };
  }

  /** Whether the remote store took it. */
  private async write(keys: number, operation: () => Promise<void>): Promise<boolean> {
    try {
      await operation();
      return true;
    } catch (error) {
      if (!isOutage(error)) throw error;
      this.failed(keys, error, operation);
      return false;
    }
  }

  /** @param operation what failed: when it works the outage is over. Another one may reach a part that is there. */
  private failed(keys: number, error: ParlanceError, operation: () => Promise<void>): void {
    this.counts.errors += keys;
    if (this.closed) return;
    if (this.probe !== undefined) {
      this.failedLast = operation;
      return;
    }
    this.probeLater(operation);
    this.options.onStateChange?.('away', error);
  }

  private probeLater(operation: () => Promise<void>): void {
    this.probe = setTimeout(() => void this.tryAgain(operation), this.options.probeMilliseconds ?? DEFAULT_PROBE_MILLISECONDS);
    // A process that ends does not wait for Redis.
    this.probe.unref();
  }

  private async tryAgain(operation: () => Promise<void>): Promise<void> {
    const works = await operation().then(
      () => true,
      () => false,
    );
    if (this.closed) return;
    if (!works) {
      this.probeLater(operation);
      return;
    }
    const { failedLast } = this;
    this.failedLast = undefined;
    if (failedLast !== undefined) return this.tryAgain(failedLast);
    this.probe = undefined;
    this.options.onStateChange?.('ready');
  }
}

function isOutage(error: unknown): error is ParlanceError {
  return error instanceof ParlanceError && error.code === 'unavailable';
}
