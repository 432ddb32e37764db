import { Module } from '@nestjs/common';
import { CacheStore } from '@parlance/contracts';
import { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, type CacheModuleOptions } from './cache.module-definition.js';
import { Coalescer } from './coalescing/coalescer.js';
import { MemoryCacheStore } from './memory/memory-cache-store.js';

/** Provides {@link CacheStore} and {@link Coalescer}; global unless `isGlobal` is false. */
@Module({
  providers: [
    {
      provide: MemoryCacheStore,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: (options: CacheModuleOptions) => new MemoryCacheStore(options),
    },
    { provide: CacheStore, useExisting: MemoryCacheStore },
    { provide: Coalescer, useFactory: () => new Coalescer() },
  ],
  exports: [CacheStore, Coalescer],
})
export class CacheModule extends ConfigurableModuleClass {}
