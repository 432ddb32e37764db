import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { MemoryCacheOptions } from './memory/memory-cache-store.js';
import type { RedisTimes } from './redis/redis-connection.js';

export interface CacheModuleOptions extends MemoryCacheOptions {
  /** Redis behind the memory, shared by all processes; see `parseRedisUrl` for its forms. Default: memory alone. */
  redisUrl?: string;
  /** How long that Redis is waited for. */
  redisTimes?: RedisTimes;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<CacheModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
