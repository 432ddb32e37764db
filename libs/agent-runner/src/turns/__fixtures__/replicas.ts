import { RedisConnections, SharedRedis, type RedisTimes } from '@parlance/cache';
import { PATIENT_REDIS } from '@parlance/testing';

/** What each process has of the Redis they share; all of them are closed at once. */
export class Replicas {
  private readonly opened: { connections: RedisConnections; redis: SharedRedis }[] = [];

  /** @param url absent: without Redis; @param times shorter where Redis falls silent */
  open(
    url?: string,
    times: RedisTimes = PATIENT_REDIS,
  ): { connections: RedisConnections; redis: SharedRedis } {
    const connections = new RedisConnections(url, times);
    const redis = new SharedRedis(connections, { probeMilliseconds: 100 });
    this.opened.push({ connections, redis });
    return { connections, redis };
  }

  async close(): Promise<void> {
    for (const { redis } of this.opened) redis.close();
    await Promise.all(this.opened.splice(0).map(({ connections }) => connections.close()));
  }
}
