import { PATIENT_REDIS } from '@parlance/testing';
import type { RedisTimes } from '../redis/redis-connection.js';
import { SharedRedis } from '../redis/shared-redis.js';
import { RedisConnections } from '../redis/redis-connections.js';

/** What each process has of the Redis they share; all of them are closed at once. */
export class Replicas {
  private readonly opened: { connections: RedisConnections; redis: SharedRedis }[] = [];

  /** @param url absent: without Redis; @param times shorter where Redis falls silent */
  redis(url?: string, times: RedisTimes = PATIENT_REDIS): SharedRedis {
    const connections = new RedisConnections(url, times);
    const redis = new SharedRedis(connections, { probeMilliseconds: 100 });
    this.opened.push({ connections, redis });
    return redis;
  }

  async close(): Promise<void> {
    for (const { redis } of this.opened) redis.close();
    await Promise.all(this.opened.splice(0).map(({ connections }) => connections.close()));
  }
}
