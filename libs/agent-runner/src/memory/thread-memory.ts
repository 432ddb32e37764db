import type { SharedRedis } from '@parlance/cache';
import { ParlanceError } from '@parlance/contracts';
import type { CheckpointPlace, CheckpointStore, NewCheckpoint, StoredCheckpoint, StoredWrite } from './checkpoint-store.js';
import { MemoryCheckpointStore, type MemoryCheckpointOptions } from './memory-checkpoint-store.js';
import { RedisCheckpointStore } from './redis-checkpoint-store.js';

/** A checkpoint, and the one it was made from. */
export type NextCheckpoint = Omit<NewCheckpoint, 'over'> & {
  /** Absent: from nothing. */
  parentId: string | undefined;
  /** It takes the place of whatever is there. */
  isFork: boolean;
};

const MONTH_SECONDS = 30 * 86_400;
/** Each outage begins with a few commands that are not answered; a thread that sees more of them forgets the first. */
const MAXIMUM_SENT = 32;

/**
 * What threads remember: in Redis where there is one, else in this process. While Redis is away it is kept here, and
 * whoever asked is told. When it is back it counts again, and what was kept here goes on only where it comes from what
 * Redis has: a run that could not read what is there, or that has lost its turn, never writes over it.
 */
export class ThreadMemory {
  private readonly local: MemoryCheckpointStore;
  private readonly ttlSeconds: number;

  /** @param options of the memory of this process; its time to live is that of Redis, too */
  constructor(
    private readonly redis: SharedRedis,
    options: MemoryCheckpointOptions = {},
  ) {
    this.local = new MemoryCheckpointStore(options);
    this.ttlSeconds = options.ttlSeconds ?? MONTH_SECONDS;
  }

  /** @param onAway Redis did not answer: it is what this process knows, if anything */
  async read(place: CheckpointPlace, onAway: () => void): Promise<StoredCheckpoint | undefined> {
    const here = await this.local.read(place);
    if (!this.redis.isConfigured) return here;
    const shared = await this.attempt(place.thread, (store) => store.read(place));
    if (shared === undefined) {
      onAway();
      return here;
    }
    const id = shared.value?.id;
    if (here !== undefined && (id === here.origin || isIn(here.sent, id))) return here;
    const unsent = id === undefined ? [] : this.local.writesTo(place, id);
    this.local.forget(place);
    if (id === undefined || unsent.length === 0) return shared.value;
    // Written in the middle of an outage, such as a question: Redis has the checkpoint, and gets what came after it.
    await this.putWrites(place, id, unsent, onAway);
    return this.read(place, onAway);
  }

  /**
   * @param onAway it is only kept here: Redis did not answer, or has one that this one does not come from
   * @throws TooLargeError see {@link MemoryCheckpointStore}
   */
  async put(place: CheckpointPlace, { id, body, parentId, isFork }: NextCheckpoint, onAway: () => void): Promise<void> {
    if (!this.redis.isConfigured) {
      await this.local.put(place, { id, body });
      return;
    }
    const here = await this.local.read(place);
    const goesOn = here !== undefined && (here.id === parentId || here.id === id);
    const { origin, sent = [] } = goesOn ? here : { origin: parentId };
    const over = [id, parentId, origin, ...sent].filter((each) => each !== undefined);
    const isSent = !this.redis.isAway;
    const shared = await this.attempt(place.thread, (store) => store.put(place, isFork ? { id, body } : { id, body, over }));
    if (shared?.value === true) return this.local.forget(place);
    onAway();
    const known = { ...(origin !== undefined && { origin }), sent: isSent ? [...sent, id].slice(-MAXIMUM_SENT) : sent };
    await this.local.put(place, { id, body, ...known });
  }

  async putWrites(place: CheckpointPlace, checkpointId: string, writes: readonly StoredWrite[], onAway: () => void): Promise<void> {
    if (this.redis.isConfigured) {
      const shared = await this.attempt(place.thread, (store) => store.putWrites(place, checkpointId, writes));
      if (shared === undefined) onAway();
      else if ((await this.local.read(place))?.id !== checkpointId) return;
    }
    await this.local.putWrites(place, checkpointId, writes);
  }

  async namespaces(thread: string, onAway: () => void): Promise<string[]> {
    const here = await this.local.namespaces(thread);
    if (!this.redis.isConfigured) return here;
    const shared = await this.attempt(thread, (store) => store.namespaces(thread));
    if (shared === undefined) onAway();
    return [...new Set([...(shared?.value ?? []), ...here])];
  }

  /** @throws ParlanceError `unavailable` while Redis is away: it is not forgotten there */
  async deleteThread(thread: string): Promise<void> {
    await this.local.deleteThread(thread);
    if (!this.redis.isConfigured) return;
    const shared = await this.attempt(thread, (store) => store.deleteThread(thread));
    if (shared !== undefined) return;
    throw new ParlanceError('unavailable', 'Redis does not answer, and it has the memory of this thread. Try again when it is back.', {
      reason: 'redis_unavailable',
    });
  }

  private attempt<Result>(thread: string, work: (store: CheckpointStore) => Promise<Result>): Promise<{ value: Result } | undefined> {
    const key = RedisCheckpointStore.keyOf(thread);
    return this.redis.attempt(key, (client) => work(new RedisCheckpointStore(client, this.ttlSeconds)));
  }
}

function isIn(ids: readonly string[] | undefined, id: string | undefined): boolean {
  return id !== undefined && ids?.includes(id) === true;
}
