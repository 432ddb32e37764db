import { RedisConnections, SharedCounts, SharedRedis, type RedisTimes } from '@parlance/cache';
import { PATIENT_REDIS } from '@parlance/testing';

/** What one process counts with; without a URL in its own memory. */
export interface SharedParts {
  redis: SharedRedis;
  counts: SharedCounts;
  close: () => Promise<void>;
}

/** @param times shorter where Redis falls silent */
export function sharedParts(url?: string, times: RedisTimes = PATIENT_REDIS): SharedParts {
  const connections = new RedisConnections(url, times);
  const redis = new SharedRedis(connections, { probeMilliseconds: 100 });
  const counts = new SharedCounts(redis);
  const close = async () => {
    await counts.close();
    redis.close();
    await connections.close();
  };
  return { redis, counts, close };
}
