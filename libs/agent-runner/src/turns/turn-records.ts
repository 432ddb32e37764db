import { createHash } from 'node:crypto';
import type { SharedRedis } from '@parlance/cache';
import { LRUCache } from 'lru-cache';
import { ownBytes } from '../memory/own-bytes.js';

/** Which turn of which thread. Only a hash of it leaves the process. */
export interface TurnName {
  tenant: string;
  agent: string;
  thread: string;
  turn: string;
}

export interface TurnRecordsOptions {
  /** How long a record is kept after the last time it was written, in seconds; default one day. */
  ttlSeconds?: number;
  /** Records in memory where Redis has none; default 10 000. */
  maximumRecords?: number;
  /** Bytes of them; default 64 MiB. A record that is larger alone is not kept. */
  maximumBytes?: number;
}

const PREFIX = 'parlance:turn:1:';
const DAY_SECONDS = 86_400;
/** Of a record in memory beside its bytes. */
const RECORD_BYTES = 300;

/**
 * What finished turns have answered, so that a message that comes again is answered the same. In Redis where there is
 * one, for all processes; without it, and while it is away, in this process: the records not asked for longest give way.
 * @typeParam TurnRecord goes through JSON and back
 */
export class TurnRecords<TurnRecord extends object> {
  private readonly local: LRUCache<string, Uint8Array>;
  private readonly ttlSeconds: number;

  constructor(
    private readonly redis: SharedRedis,
    { ttlSeconds = DAY_SECONDS, maximumRecords = 10_000, maximumBytes = 64 * 1024 * 1024 }: TurnRecordsOptions = {},
  ) {
    this.ttlSeconds = ttlSeconds;
    this.local = new LRUCache({
      max: maximumRecords,
      maxSize: maximumBytes,
      sizeCalculation: ({ byteLength }) => RECORD_BYTES + byteLength,
      ttl: ttlSeconds * 1000,
    });
  }

  /** Never rejects because of Redis. */
  async find(name: TurnName): Promise<TurnRecord | undefined> {
    const key = keyOf(name);
    const shared = await this.redis.attempt(key, (client) => client.getBuffer(key));
    // What was kept here while Redis was away counts on.
    const bytes = shared?.value ?? this.local.get(key);
    return bytes === undefined ? undefined : (JSON.parse(Buffer.from(bytes).toString()) as TurnRecord);
  }

  /** Never rejects because of Redis. */
  async keep(name: TurnName, record: TurnRecord): Promise<void> {
    const key = keyOf(name);
    const bytes = Buffer.from(JSON.stringify(record));
    const shared = await this.redis.attempt(key, (client) => client.set(key, bytes, 'EX', this.ttlSeconds));
    if (shared === undefined) this.local.set(key, ownBytes(bytes));
    else this.local.delete(key);
  }
}

function keyOf({ tenant, agent, thread, turn }: TurnName): string {
  return (
    PREFIX +
    createHash('sha256')
      .update(JSON.stringify([tenant, agent, thread, turn]))
      .digest('hex')
  );
}
