export { cacheStoreChecks, describeCacheStore } from './conformance/cache-store.conformance.js';
