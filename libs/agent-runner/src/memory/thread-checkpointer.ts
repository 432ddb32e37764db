import { createHash } from 'node:crypto';
import { InvalidRequestError, TooLargeError, UnsupportedError } from '@parlance/contracts';
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  BaseCheckpointSaver,
  compareWritesSortKeys,
  copyCheckpoint,
  getCheckpointId,
  WRITES_IDX_MAP,
  writesSortKey,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointPendingWrite,
  type CheckpointTuple,
  type PendingWrite,
} from '@langchain/langgraph-checkpoint';
import type { CheckpointPlace, StoredCheckpoint, StoredWrite } from './checkpoint-store.js';
import { asBuffer } from './own-bytes.js';
import { pack, unpack } from './packed.js';
import { runWritesOf } from './run-writes.js';
import type { ThreadMemory } from './thread-memory.js';

/** How a checkpoint is stored: the serializer's own names of what it has made of it and of its metadata. */
interface CheckpointHeader {
  parentId?: string;
  checkpointType: string;
  metadataType: string;
}

interface WriteHeader {
  channel: string;
  path: string;
  type: string;
}

const MAXIMUM_BYTES = 16 * 1024 * 1024;

/**
 * The memory of a graph: only the latest checkpoint of each thread and namespace, with its writes. A conversation goes
 * on from there, also after an interrupt; there is no way back to older ones, which a channel of differences would need.
 * `config.configurable` has `thread_id` (of any form; only its hash leaves the process), and may have
 * `onMemoryAway: () => void`, called once for each such function when Redis did not count for what it is about.
 */
export class ThreadCheckpointer extends BaseCheckpointSaver {
  private readonly told = new WeakSet<object>();

  /** @param maximumBytes of one checkpoint, or of what one task has written; default 16 MiB */
  constructor(
    private readonly memory: ThreadMemory,
    private readonly maximumBytes = MAXIMUM_BYTES,
  ) {
    super();
  }

  /** @returns `undefined` also for a checkpoint that is not the latest any more */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const stored = await this.memory.read(placeOf(config), this.onAway(config));
    const asked = getCheckpointId(config);
    if (stored === undefined || (asked !== '' && asked !== stored.id)) return undefined;
    return this.tupleOf(stored, threadOf(config), namespaceOf(config));
  }

  /** Whether a step has begun after the latest checkpoint, or the name of a turn stands in it. Nothing is decoded. */
  async concerns(config: RunnableConfig, turn: string): Promise<boolean> {
    const stored = await this.memory.read(placeOf(config), this.onAway(config));
    if (stored === undefined) return false;
    return stored.writes.length > 0 || asBuffer(stored.body).includes(JSON.stringify(turn));
  }

  /** The latest of each namespace, or of the one that is asked for. */
  override async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const { before, filter, limit = Number.MAX_SAFE_INTEGER } = options;
    const beforeId = before === undefined ? '' : getCheckpointId(before);
    const named = (config.configurable as { checkpoint_ns?: string } | undefined)?.checkpoint_ns;
    const namespaces = named === undefined ? await this.memory.namespaces(placeOf(config).thread, this.onAway(config)) : [named];
    let left = limit;
    for (const checkpoint_ns of namespaces) {
      if (left <= 0) return;
      const tuple = await this.getTuple({ ...config, configurable: { ...config.configurable, checkpoint_ns } });
      if (tuple === undefined || (beforeId !== '' && tuple.checkpoint.id >= beforeId)) continue;
      const metadata = new Map<string, unknown>(Object.entries(tuple.metadata ?? {}));
      if (!Object.entries(filter ?? {}).every(([key, value]) => metadata.get(key) === value)) continue;
      left -= 1;
      yield tuple;
    }
  }

  /** @throws TooLargeError */
  override async put(config: RunnableConfig, checkpoint: Checkpoint, metadata: CheckpointMetadata): Promise<RunnableConfig> {
    const parentId = getCheckpointId(config) || undefined;
    const [[checkpointType, ...first], [metadataType, ...second]] = await Promise.all([
      this.serde.dumpsTyped(copyCheckpoint(checkpoint)),
      this.serde.dumpsTyped(metadata),
    ]);
    const header: CheckpointHeader = { checkpointType, metadataType, ...(parentId !== undefined && { parentId }) };
    const next = { id: checkpoint.id, body: this.packed(header, [...first, ...second]), parentId, isFork: metadata.source === 'fork' };
    await inRun(config, () => this.memory.put(placeOf(config), next, this.onAway(config)));
    return configOf(threadOf(config), namespaceOf(config), checkpoint.id);
  }

  /** @throws TooLargeError */
  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string, path = ''): Promise<void> {
    const checkpointId = getCheckpointId(config);
    if (checkpointId === '') throw new InvalidRequestError('Writes belong to a checkpoint: give its `checkpoint_id`.', 'checkpoint_id');
    const stored = await Promise.all(
      writes.map(async ([channel, value], position): Promise<StoredWrite> => {
        const [type, bytes] = await this.serde.dumpsTyped(value);
        const index = Object.hasOwn(WRITES_IDX_MAP, channel) ? WRITES_IDX_MAP[channel]! : position;
        const header: WriteHeader = { channel, path, type };
        return { taskId, index, body: this.packed(header, [bytes]) };
      }),
    );
    await inRun(config, () => this.memory.putWrites(placeOf(config), checkpointId, stored, this.onAway(config)));
  }

  /** @throws ParlanceError `unavailable` while Redis is away */
  override deleteThread(threadId: string): Promise<void> {
    return this.memory.deleteThread(hashOf(threadId));
  }

  /** @throws UnsupportedError where there is a channel of differences */
  override async getDeltaChannelHistory({ channels }: { config: RunnableConfig; channels: string[] }): Promise<Record<string, never>> {
    if (channels.length === 0) return {};
    throw new UnsupportedError(
      'A graph cannot have a DeltaChannel here: only the latest checkpoint is kept. Use a channel with a reducer.',
    );
  }

  private async tupleOf({ id, body, writes }: StoredCheckpoint, thread: string, namespace: string): Promise<CheckpointTuple> {
    const { header, parts } = unpack<CheckpointHeader>(body);
    const { checkpointType, metadataType, parentId } = header;
    return {
      config: configOf(thread, namespace, id),
      checkpoint: (await this.serde.loadsTyped(checkpointType, parts[0]!)) as Checkpoint,
      metadata: (await this.serde.loadsTyped(metadataType, parts[1]!)) as CheckpointMetadata,
      pendingWrites: await this.pendingWritesOf(writes),
      ...(parentId !== undefined && { parentConfig: configOf(thread, namespace, parentId) }),
    };
  }

  private pendingWritesOf(writes: readonly StoredWrite[]): Promise<CheckpointPendingWrite[]> {
    const sorted = writes
      .map(({ taskId, index, body }) => {
        const { header, parts } = unpack<WriteHeader>(body);
        return { taskId, header, bytes: parts[0]!, key: writesSortKey(header.path, taskId, index) };
      })
      .toSorted((one, other) => compareWritesSortKeys(one.key, other.key));
    return Promise.all(
      sorted.map(async ({ taskId, header: { channel, type }, bytes }): Promise<CheckpointPendingWrite> => {
        return [taskId, channel, (await this.serde.loadsTyped(type, bytes)) as unknown];
      }),
    );
  }

  private packed(header: object, parts: readonly Uint8Array[]): Buffer {
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (bytes > this.maximumBytes) {
      const limit = `${Math.floor(this.maximumBytes / 1024)} KiB`;
      const message = `A thread may remember up to ${limit}, and this one has more. Begin a new thread, or keep less in the graph's state.`;
      throw new TooLargeError(message, undefined, { reason: 'thread_full' });
    }
    return pack(header, parts);
  }

  private onAway({ configurable }: RunnableConfig): () => void {
    const tell = (configurable as { onMemoryAway?: () => void } | undefined)?.onMemoryAway;
    return () => {
      if (tell === undefined || this.told.has(tell)) return;
      this.told.add(tell);
      tell();
    };
  }
}

/** Nothing is written by a run that is over. */
async function inRun(config: RunnableConfig, write: () => Promise<void>): Promise<void> {
  const writes = runWritesOf(config);
  await (writes === undefined ? write() : writes.add(write));
}

function placeOf(config: RunnableConfig): CheckpointPlace {
  const namespace = namespaceOf(config);
  const { checkpoint_map } = (config.configurable ?? {}) as { checkpoint_map?: Record<string, string> };
  // The graph of a node has a namespace of its own for each task, unless it remembers for itself: that one has no colon.
  const root = namespace.includes(':') ? checkpoint_map?.[''] : undefined;
  return { thread: hashOf(threadOf(config)), namespace, ...(root !== undefined && { root }) };
}

function namespaceOf({ configurable }: RunnableConfig): string {
  return (configurable as { checkpoint_ns?: string } | undefined)?.checkpoint_ns ?? '';
}

/** @throws InvalidRequestError */
function threadOf({ configurable }: RunnableConfig): string {
  const { thread_id } = (configurable ?? {}) as { thread_id?: unknown };
  if (typeof thread_id === 'string' && thread_id !== '') return thread_id;
  throw new InvalidRequestError('A graph with a memory needs the name of a thread in `configurable.thread_id`.', 'thread_id');
}

function hashOf(threadId: string): string {
  return createHash('sha256').update(threadId, 'utf16le').digest('hex');
}

function configOf(thread_id: string, checkpoint_ns: string, checkpoint_id: string): RunnableConfig {
  return { configurable: { thread_id, checkpoint_ns, checkpoint_id } };
}
