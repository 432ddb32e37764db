import type { RedisClient } from '@parlance/cache';
import type { CheckpointPlace, CheckpointStore, NewCheckpoint, StoredCheckpoint, StoredWrite } from './checkpoint-store.js';
import { PUT, PUT_WRITES, READ } from './checkpoint-scripts.js';
import { asBuffer } from './own-bytes.js';

/** Raised whenever one version could not read what another has written: both may run side by side for a while. */
const PREFIX = 'parlance:memory:1:';

/** The memory of all processes: one hash for each thread, one round trip for each call. Rejects while Redis is away. */
export class RedisCheckpointStore implements CheckpointStore {
  constructor(
    private readonly redis: RedisClient,
    private readonly ttlSeconds: number,
  ) {}

  static keyOf(thread: string): string {
    return PREFIX + thread;
  }

  async read({ thread, namespace }: CheckpointPlace): Promise<StoredCheckpoint | undefined> {
    const reply = (await this.run(READ, thread, [namespace])) as [Buffer, Buffer, ...Buffer[]] | null;
    if (reply === null) return undefined;
    const [id, body, ...rest] = reply;
    const writes: StoredWrite[] = [];
    for (let index = 0; index < rest.length; index += 3) {
      const [taskId, order, write] = rest.slice(index, index + 3);
      writes.push({ taskId: decodeURIComponent(String(taskId)), index: Number(order), body: write! });
    }
    return { id: decodeURIComponent(id.toString()), body, writes };
  }

  async put({ thread, namespace, root = '' }: CheckpointPlace, { id, body, over }: NewCheckpoint): Promise<boolean> {
    const condition = over === undefined ? ['0'] : ['1', ...over.map(encodeURIComponent)];
    const args = [this.ttlSeconds, namespace, encodeURIComponent(root), encodeURIComponent(id), asBuffer(body), ...condition];
    return Number(await this.run(PUT, thread, args)) === 1;
  }

  async putWrites({ thread, namespace, root = '' }: CheckpointPlace, checkpointId: string, writes: readonly StoredWrite[]): Promise<void> {
    const each = writes.flatMap(({ taskId, index, body }) => [encodeURIComponent(taskId), index, asBuffer(body)]);
    const args = [this.ttlSeconds, namespace, encodeURIComponent(root), encodeURIComponent(checkpointId), ...each];
    await this.run(PUT_WRITES, thread, args);
  }

  async namespaces(thread: string): Promise<string[]> {
    const fields = await this.redis.hkeys(RedisCheckpointStore.keyOf(thread));
    return fields.filter((field) => field.startsWith('id:')).map((field) => field.slice(3));
  }

  async deleteThread(thread: string): Promise<void> {
    await this.redis.del(RedisCheckpointStore.keyOf(thread));
  }

  private run(script: string, thread: string, args: readonly (string | number | Buffer)[]): Promise<unknown> {
    return this.redis.callBuffer('EVAL', script, 1, RedisCheckpointStore.keyOf(thread), ...args);
  }
}
