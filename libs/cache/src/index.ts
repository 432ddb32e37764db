export { CacheModule } from './cache.module.js';
export type { CacheModuleOptions } from './cache.module-definition.js';
export { Coalescer, type CoalescerOptions, type SharedStream } from './coalescing/coalescer.js';
export type { Start, Started } from './coalescing/flight.js';
export { MemoryCacheStore, type MemoryCacheOptions, type MemoryCacheStatistics } from './memory/memory-cache-store.js';
