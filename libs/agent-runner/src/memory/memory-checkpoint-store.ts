import { TooLargeError } from '@parlance/contracts';
import { LRUCache } from 'lru-cache';
import {
  isOver,
  type CheckpointPlace,
  type CheckpointStore,
  type NewCheckpoint,
  type StoredCheckpoint,
  type StoredWrite,
} from './checkpoint-store.js';
import { ownBytes } from './own-bytes.js';

export interface MemoryCheckpointOptions {
  /** Bytes of all threads together; default 64 MiB. */
  maximumBytes?: number;
  /** Default 10 000. */
  maximumThreads?: number;
  /** How long a thread is kept after it was last written to, in seconds; default 30 days. */
  ttlSeconds?: number;
}

/** Where a checkpoint comes from that is here since Redis was away. */
export interface Origin {
  /** The one that Redis had; absent: none. */
  origin?: string;
  /** Those between it and this one that Redis did not confirm, and may have all the same. */
  sent?: readonly string[];
}

interface Namespace {
  root: string | undefined;
  checkpoint: (Origin & { id: string; body: Uint8Array }) | undefined;
  /** By checkpoint, task and index. */
  writes: ReadonlyMap<string, StoredWrite & { checkpointId: string }>;
}

type Thread = ReadonlyMap<string, Namespace>;

const MONTH_SECONDS = 30 * 86_400;
/** Of a namespace or a write beside its bytes. */
const ENTRY_BYTES = 300;
const NO_WRITES: Namespace['writes'] = new Map();

/** The memory of one process. The threads not touched for longest give way. */
export class MemoryCheckpointStore implements CheckpointStore {
  private readonly threads: LRUCache<string, Thread>;
  private readonly maximumBytes: number;

  constructor(options: MemoryCheckpointOptions = {}) {
    const { maximumBytes = 64 * 1024 * 1024, maximumThreads = 10_000, ttlSeconds = MONTH_SECONDS } = options;
    this.maximumBytes = maximumBytes;
    this.threads = new LRUCache({ max: maximumThreads, maxSize: maximumBytes, sizeCalculation: bytesOf, ttl: ttlSeconds * 1000 });
  }

  async read(place: CheckpointPlace): Promise<(StoredCheckpoint & Origin) | undefined> {
    const found = this.threads.get(place.thread)?.get(place.namespace);
    if (found?.checkpoint === undefined) return undefined;
    const { checkpoint } = found;
    return { ...checkpoint, writes: this.writesTo(place, checkpoint.id) };
  }

  /** The checkpoint itself may be somewhere else. */
  writesTo({ thread, namespace }: CheckpointPlace, id: string): StoredWrite[] {
    const writes = this.threads.get(thread)?.get(namespace)?.writes ?? NO_WRITES;
    return [...writes.values()].filter(({ checkpointId }) => checkpointId === id);
  }

  /** @throws TooLargeError when the thread alone is more than all may be */
  async put({ thread, namespace, root }: CheckpointPlace, { over, ...checkpoint }: NewCheckpoint & Origin): Promise<boolean> {
    const { id } = checkpoint;
    const known = new Map(this.threads.get(thread));
    const replaced = known.get(namespace)?.checkpoint?.id;
    if (replaced !== undefined && over?.includes(replaced) === false) return false;
    if (namespace === '') {
      for (const [name, task] of known) if (task.root !== undefined && isOver(task.root, replaced, id)) known.delete(name);
    }
    const writes = [...(known.get(namespace)?.writes ?? [])].filter(([, { checkpointId }]) => !isOver(checkpointId, replaced, id));
    known.set(namespace, { root, checkpoint: { ...checkpoint, body: ownBytes(checkpoint.body) }, writes: new Map(writes) });
    this.keep(thread, known);
    return true;
  }

  async putWrites({ thread, namespace, root }: CheckpointPlace, checkpointId: string, writes: readonly StoredWrite[]): Promise<void> {
    const known = this.threads.get(thread);
    const { checkpoint, writes: old } = known?.get(namespace) ?? { checkpoint: undefined, writes: NO_WRITES };
    const all = new Map(old);
    for (const write of writes) {
      const name = JSON.stringify([checkpointId, write.taskId, write.index]);
      if (write.index < 0 || !all.has(name)) all.set(name, { ...write, body: ownBytes(write.body), checkpointId });
    }
    this.keep(thread, new Map(known).set(namespace, { root, checkpoint, writes: all }));
  }

  async namespaces(thread: string): Promise<string[]> {
    return [...(this.threads.get(thread) ?? [])].filter(([, { checkpoint }]) => checkpoint !== undefined).map(([name]) => name);
  }

  async deleteThread(thread: string): Promise<void> {
    this.threads.delete(thread);
  }

  /** As if nothing had been written there. */
  forget({ thread, namespace }: CheckpointPlace): void {
    const known = this.threads.get(thread);
    if (known?.has(namespace) !== true) return;
    if (known.size === 1) this.threads.delete(thread);
    else this.threads.set(thread, new Map([...known].filter(([name]) => name !== namespace)));
  }

  private keep(thread: string, namespaces: Thread): void {
    if (bytesOf(namespaces) > this.maximumBytes) {
      const message = 'The memory of this thread is larger than all memory may be. Begin a new thread.';
      throw new TooLargeError(message, undefined, { reason: 'thread_full' });
    }
    this.threads.set(thread, namespaces);
  }
}

function bytesOf(thread: Thread): number {
  let bytes = 0;
  for (const [name, { checkpoint, writes }] of thread) {
    bytes += ENTRY_BYTES + name.length * 2 + (checkpoint?.body.byteLength ?? 0);
    for (const { body } of writes.values()) bytes += ENTRY_BYTES + body.byteLength;
  }
  return Math.max(1, bytes);
}
