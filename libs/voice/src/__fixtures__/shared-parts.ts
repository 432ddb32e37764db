import { RedisConnections, SharedCounts, SharedRedis } from '@parlance/cache';

/** What one process counts with; without a URL in its own memory. */
export interface SharedParts {
  redis: SharedRedis;
  counts: SharedCounts;
  close: () => Promise<void>;
}

export function sharedParts(url?: string): SharedParts {
  const connections = new RedisConnections(url);
  const redis = new SharedRedis(connections, { probeMilliseconds: 100 });
  const counts = new SharedCounts(redis);
  const close = async () => {
    await counts.close();
    redis.close();
    await connections.close();
  };
  return { redis, counts, close };
}
