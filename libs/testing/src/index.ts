export { cacheStoreChecks, describeCacheStore } from './conformance/cache-store.conformance.js';
export { describeObjectStore, objectStoreChecks } from './conformance/object-store.conformance.js';
export { wordErrorRate } from './word-error-rate.js';
export { describeWithProgram } from './programs.js';
export { SENTENCES } from './sentences.js';
