import type { RedisClient } from '@parlance/cache';
import type { IdempotencyRecord, IdempotencyStore } from './idempotency-store.js';

const PREFIX = 'parlance:idempotency:';

/** The records of all processes. */
export class RedisIdempotencyStore implements IdempotencyStore {
  /** @param redis a connection that fails at once while Redis is away */
  constructor(private readonly redis: RedisClient) {}

  async claim(name: string, record: IdempotencyRecord, milliseconds: number): Promise<IdempotencyRecord | undefined> {
    for (;;) {
      if ((await this.redis.set(PREFIX + name, JSON.stringify(record), 'PX', milliseconds, 'NX')) !== null) return undefined;
      const known = await this.redis.get(PREFIX + name);
      // It may have gone in between.
      if (known !== null) return JSON.parse(known) as IdempotencyRecord;
    }
  }

  async extend(name: string, milliseconds: number): Promise<void> {
    await this.redis.pexpire(PREFIX + name, milliseconds);
  }

  async put(name: string, record: IdempotencyRecord, milliseconds: number): Promise<void> {
    await this.redis.set(PREFIX + name, JSON.stringify(record), 'PX', milliseconds);
  }

  async remove(name: string): Promise<void> {
    await this.redis.del(PREFIX + name);
  }
}
