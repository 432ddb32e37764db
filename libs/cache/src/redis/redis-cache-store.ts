import { createHash } from 'node:crypto';
import type { ParlanceError } from '@parlance/contracts';
import type { Cluster, Redis } from 'ioredis';
import type { Lookup, RemoteCacheStore, RemoteEntry } from '../tiered/remote-cache-store.js';
import { checkTimeToLive, toMilliseconds } from '../time-to-live.js';
import { closeRedis, connectRedis, createRedis, isCluster, type RedisClient, type RedisTimes } from './redis-connection.js';
import { failuresOf } from './redis-error.js';

const PREFIX = 'parlance:cache:';
const TAG_PREFIX = 'parlance:cache-tag:';
/** How much longer than the last of its entries a set lives: the clocks of processes differ. */
const TAG_SPARE_MILLISECONDS = 24 * 3_600_000;
const DELETED_TOGETHER = 500;
/**
 * A set with the time at which each key is gone anyway, so that it does not grow with those that are. It lives as long as
 * the last of them: one with a short life must not end the set of the others.
 */
const ADD_TO_TAG = `
redis.call('zadd', KEYS[1], ARGV[2], ARGV[1])
redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[3])
local last = redis.call('zrevrange', KEYS[1], 0, 0, 'WITHSCORES')[2]
return redis.call('pexpire', KEYS[1], last - ARGV[3] + ARGV[4])`;
/** What Redis says of a key that does not expire. */
const NO_EXPIRY = -1;

/**
 * The cache in Redis, for many processes. While Redis is away every call rejects at once with `unavailable`, or after
 * a moment ({@link RedisTimes}) when it is silent; it works again as soon as Redis does.
 */
export class RedisCacheStore implements RemoteCacheStore {
  private readonly client: RedisClient;
  private readonly toError: (error: unknown) => ParlanceError;

  /** @param url see `parseRedisUrl` */
  constructor(
    url: string,
    private readonly times: RedisTimes = {},
  ) {
    this.client = createRedis(url, 'commands', times);
    this.toError = failuresOf(this.client);
  }

  /** Tries to connect for a moment. An outage is no error. */
  async connect(): Promise<void> {
    await connectRedis(this.client, this.times);
  }

  async close(): Promise<void> {
    await closeRedis(this.client);
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    const { entries, failures } = await this.lookUp(keys);
    const [failure] = failures;
    if (failure !== undefined) throw failure.error;
    return entries.map((entry) => entry?.value);
  }

  async lookUp(keys: readonly string[]): Promise<Lookup> {
    if (keys.length === 0) return { entries: [], failures: [] };
    const names = keys.map((key) => PREFIX + key);
    const outcomes = isCluster(this.client) ? await readEach(this.client, names) : await readTogether(this.client, names);
    return {
      entries: outcomes.map((outcome) => ('answer' in outcome ? toEntry(outcome.answer) : undefined)),
      failures: outcomes.flatMap((outcome, index) =>
        'error' in outcome ? [{ key: keys[index] ?? '', error: this.toError(outcome.error) }] : [],
      ),
    };
  }

  /** @throws InvalidRequestError when the time to live is no positive number of seconds */
  async set(key: string, value: Uint8Array, ttlSeconds: number, tags: readonly string[] = []): Promise<void> {
    checkTimeToLive(ttlSeconds);
    const milliseconds = toMilliseconds(ttlSeconds);
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    await this.run(() =>
      Promise.all([
        this.client.set(PREFIX + key, bytes, 'PX', milliseconds),
        ...tags.map((tag) => addToTag(this.client, tagName(tag), key, milliseconds)),
      ]),
    );
  }

  async delete(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const names = keys.map((key) => PREFIX + key);
    const { client } = this;
    // A cluster takes one command for several keys only where they lie in one slot.
    await this.run(() => (isCluster(client) ? Promise.all(names.map((name) => client.unlink(name))) : client.unlink(...names)));
  }

  async deleteTagged(tag: string): Promise<string[]> {
    const name = tagName(tag);
    let keys: string[] = [];
    await this.run(async () => {
      keys = await this.client.zrange(name, '-inf', '+inf', 'BYSCORE');
      for (let start = 0; start < keys.length; start += DELETED_TOGETHER) await this.delete(keys.slice(start, start + DELETED_TOGETHER));
      // Only these: others may have come meanwhile.
      if (keys.length > 0) await this.client.zrem(name, ...keys);
    });
    return keys;
  }

  async bytesHeld(): Promise<number> {
    const nodes = isCluster(this.client) ? this.client.nodes('master') : [this.client];
    let bytes = 0;
    await this.run(async () => {
      const reports = await Promise.all(nodes.map((node) => node.info('memory')));
      bytes = reports.reduce((sum, report) => sum + Number(/^used_memory_dataset:(\d+)/m.exec(report)?.[1] ?? 0), 0);
    });
    return bytes;
  }

  private async run(command: () => Promise<unknown>): Promise<void> {
    try {
      await command();
    } catch (error) {
      throw this.toError(error);
    }
  }
}

/** Names of agents and providers stay out of Redis. */
function tagName(tag: string): string {
  return TAG_PREFIX + createHash('sha256').update(tag).digest('hex').slice(0, 32);
}

async function addToTag(client: RedisClient, name: string, key: string, milliseconds: number): Promise<void> {
  const now = Date.now();
  await client.eval(ADD_TO_TAG, 1, name, key, now + milliseconds, now, TAG_SPARE_MILLISECONDS);
}

/** The value under a key and the milliseconds it has left. */
type Answer = readonly [Buffer | null, number];
type Outcome = { answer: Answer } | { error: unknown };

/** One round trip for all values and the time each has left. */
async function readTogether(client: Redis, names: readonly string[]): Promise<Outcome[]> {
  try {
    const pipeline = client.pipeline().mgetBuffer(...names);
    for (const name of names) pipeline.pttl(name);
    const [values, ...times] = ((await pipeline.exec()) ?? []).map(([error, result]) => {
      if (error !== null) throw error;
      return result;
    });
    return names.map((_name, index) => ({ answer: [(values as (Buffer | null)[])[index] ?? null, times[index] as number] }));
  } catch (error) {
    return names.map(() => ({ error }));
  }
}

/** All at once, so that each node is waited for once; one that is lost fails its own keys only. */
async function readEach(client: Cluster, names: readonly string[]): Promise<Outcome[]> {
  return Promise.all(
    names.map(async (name) => {
      try {
        return { answer: await Promise.all([client.getBuffer(name), client.pttl(name)]) };
      } catch (error) {
        return { error };
      }
    }),
  );
}

/** Bytes of their own: those of the client share their memory with others. */
function toEntry([value, milliseconds]: Answer): RemoteEntry | undefined {
  if (value === null) return undefined;
  const remainingSeconds = milliseconds === NO_EXPIRY ? Number.POSITIVE_INFINITY : Math.max(0, milliseconds) / 1000;
  return { value: new Uint8Array(value), remainingSeconds };
}
