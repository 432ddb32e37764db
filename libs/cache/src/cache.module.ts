import { Inject, Logger, Module, type OnModuleDestroy } from '@nestjs/common';
import { CacheStore } from '@parlance/contracts';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, type CacheModuleOptions } from './cache.module-definition.js';
import { Coalescer } from './coalescing/coalescer.js';
import { SharedFlights } from './coalescing/shared/shared-flights.js';
import { SharedCounts } from './counts/shared-counts.js';
import { MemoryCacheStore } from './memory/memory-cache-store.js';
import { RateLimits } from './limits/rate-limits.js';
import { RedisConnections } from './redis/redis-connections.js';
import type { RedisTimes } from './redis/redis-connection.js';
import { RedisCacheStore } from './redis/redis-cache-store.js';
import { SharedRedis } from './redis/shared-redis.js';
import { SharedDeletions } from './tiered/shared-deletions.js';
import { TieredCacheStore } from './tiered/tiered-cache-store.js';

/** The store that is shared by the processes; absent where memory is all there is. */
const REMOTE_STORE = Symbol('RemoteCacheStore');

/**
 * Provides {@link CacheStore} (a {@link MemoryCacheStore}, or a {@link TieredCacheStore} where there is Redis) and what
 * is shared over all processes: {@link Coalescer} and {@link SharedFlights}, {@link RateLimits}, {@link SharedCounts},
 * {@link RedisConnections}. Global unless `isGlobal` is false. Starts also while Redis is away.
 */
@Module({
  providers: [
    {
      provide: MemoryCacheStore,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: CacheModuleOptions) => new MemoryCacheStore(options),
    },
    {
      provide: REMOTE_STORE,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ redisUrl, redisTimes }: CacheModuleOptions) => (redisUrl === undefined ? undefined : openRedis(redisUrl, redisTimes)),
    },
    {
      provide: CacheStore,
      inject: [MemoryCacheStore, REMOTE_STORE, RedisConnections],
      useFactory: (memory: MemoryCacheStore, remote: RedisCacheStore | undefined, connections: RedisConnections) =>
        remote === undefined
          ? memory
          : new TieredCacheStore(memory, remote, { onStateChange: report, deletions: new SharedDeletions(connections) }),
    },
    {
      provide: RedisConnections,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ redisUrl, redisTimes }: CacheModuleOptions) => new RedisConnections(redisUrl, redisTimes),
    },
    {
      provide: SharedRedis,
      inject: [RedisConnections],
      useFactory: (connections: RedisConnections) => new SharedRedis(connections, { onStateChange: reportCounting }),
    },
    { provide: RateLimits, inject: [SharedRedis], useFactory: (redis: SharedRedis) => new RateLimits(redis) },
    { provide: SharedCounts, inject: [SharedRedis], useFactory: (redis: SharedRedis) => new SharedCounts(redis) },
    { provide: Coalescer, useFactory: () => new Coalescer() },
    {
      provide: SharedFlights,
      inject: [RedisConnections],
      useFactory: async (connections: RedisConnections) => {
        await connections.open();
        reportStart(connections);
        return new SharedFlights(connections);
      },
    },
  ],
  exports: [CacheStore, Coalescer, RateLimits, RedisConnections, SharedCounts, SharedFlights, SharedRedis],
})
export class CacheModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(
    @Inject(CacheStore) private readonly store: CacheStore,
    @Inject(REMOTE_STORE) private readonly remote: RedisCacheStore | undefined,
    private readonly flights: SharedFlights,
    private readonly connections: RedisConnections,
    private readonly shared: SharedRedis,
    private readonly counts: SharedCounts,
  ) {
    super();
  }

  async onModuleDestroy(): Promise<void> {
    if (this.store instanceof TieredCacheStore) this.store.close();
    await this.flights.close();
    await this.remote?.close();
    // What was counted last is on its way.
    await this.counts.close();
    this.shared.close();
    await this.connections.close();
  }
}

async function openRedis(url: string, times?: RedisTimes): Promise<RedisCacheStore> {
  const store = new RedisCacheStore(url, times);
  await store.connect();
  return store;
}

/** Whoever starts the process should not have to wait for the first request that misses it. */
function reportStart({ commands }: RedisConnections): void {
  if (commands === undefined || commands.status === 'ready') return;
  const logger = new Logger('Cache');
  logger.warn('Redis is away: this process begins by itself. Check REDIS_URL and the network if it should be there.');
  commands.once('ready', () => logger.log('Redis is there.'));
}

function reportCounting(state: 'ready' | 'away', error?: Error): void {
  const logger = new Logger('Limits');
  if (state === 'ready') logger.log('Redis is back: limits are shared again.');
  else logger.warn(`Redis is away: each process counts for itself meanwhile, and usage waits in memory. ${error?.message ?? ''}`);
}

function report(state: 'ready' | 'away', error?: Error): void {
  const logger = new Logger('Cache');
  if (state === 'ready') logger.log('Redis is back.');
  else logger.warn(`Redis is away, or a part of it: speech is cached in memory meanwhile. ${error?.message ?? ''}`);
}
