import type { CacheStore } from '@parlance/contracts';
import { MemoryCacheStore, type MemoryCacheStatistics } from './memory/memory-cache-store.js';
import { TieredCacheStore, type RemoteCacheStatistics } from './tiered/tiered-cache-store.js';

/** What each tier of a cache has done since the process started. */
export interface CacheTiers {
  memory: MemoryCacheStatistics | undefined;
  /** `bytes`: of all that Redis holds, whoever's it is; absent while it is away. */
  redis: (RemoteCacheStatistics & { bytes?: number }) | undefined;
}

/** Of a store that is not of this library nothing is known. */
export async function tiersOf(store: CacheStore): Promise<CacheTiers> {
  if (store instanceof MemoryCacheStore) return { memory: store.statistics, redis: undefined };
  if (!(store instanceof TieredCacheStore)) return { memory: undefined, redis: undefined };
  const { memory, remote } = store.statistics;
  const bytes = await store.remoteBytes();
  return { memory, redis: { ...remote, ...(bytes !== undefined && { bytes }) } };
}
