export { serveThread, type ThreadContext } from './threads/serve-thread.js';
export { type ThreadCallOptions } from './threads/thread.js';
export { ThreadPool } from './threads/thread-pool.js';
