import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { MemoryCacheOptions } from './memory/memory-cache-store.js';

/** How much the cache may hold. */
export type CacheModuleOptions = MemoryCacheOptions;

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<CacheModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
