import { RedisConnections, SharedRedis } from '@parlance/cache';

/** What each process has of the Redis they share; all of them are closed at once. */
export class Replicas {
  private readonly opened: { connections: RedisConnections; redis: SharedRedis }[] = [];

  /** @param url absent: without Redis */
  open(url?: string): { connections: RedisConnections; redis: SharedRedis } {
    const connections = new RedisConnections(url);
    const redis = new SharedRedis(connections, { probeMilliseconds: 100 });
    this.opened.push({ connections, redis });
    return { connections, redis };
  }

  async close(): Promise<void> {
    for (const { redis } of this.opened) redis.close();
    await Promise.all(this.opened.splice(0).map(({ connections }) => connections.close()));
  }
}
