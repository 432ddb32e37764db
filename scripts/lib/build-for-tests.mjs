import { ensureBuilt } from './ensure-built.mjs';

/** Threads and processes that tests start run what is built, which is much faster than translating them each time. */
export default () => ensureBuilt();
