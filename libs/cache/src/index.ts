export { tiersOf, type CacheTiers } from './cache-tiers.js';
export { deleteForAll } from './delete-for-all.js';
export { CacheModule } from './cache.module.js';
export type { CacheModuleOptions } from './cache.module-definition.js';
export { Coalescer, type CoalescerOptions, type SharedStream } from './coalescing/coalescer.js';
export type { Start, Started } from './coalescing/flight.js';
export type { FlightCodec, SharedWork } from './coalescing/shared/flight-codec.js';
export type { FlightSettings } from './coalescing/shared/flight-settings.js';
export { SharedFlights } from './coalescing/shared/shared-flights.js';
export type { Claim, Claimed } from './counts/memory-counts.js';
export { SharedCounts } from './counts/shared-counts.js';
export { RateLimits, type RateLimit, type RateScope, type RateState } from './limits/rate-limits.js';
export { MemoryCacheStore, type MemoryCacheOptions, type MemoryCacheStatistics } from './memory/memory-cache-store.js';
export { parseRedisUrl, type RedisAddress } from './redis/redis-address.js';
export { RedisCacheStore } from './redis/redis-cache-store.js';
export {
  closeRedis,
  connectRedis,
  createRedis,
  isCluster,
  type RedisClient,
  type RedisPurpose,
  type RedisTimes,
} from './redis/redis-connection.js';
export type { Lookup, RemoteCacheStore, RemoteEntry } from './tiered/remote-cache-store.js';
export { TieredCacheStore, type RemoteCacheStatistics, type RemoteState, type TieredCacheOptions } from './tiered/tiered-cache-store.js';
export { RedisConnections } from './redis/redis-connections.js';
export { SharedRedis, type SharedRedisOptions } from './redis/shared-redis.js';
