import type { RequestOrigin } from '../voice.types.js';

/** What a logger is told of the work for a request: Nest's own writes words better than objects, so those where there is no more to say. */
export function logLine(message: string, origin: RequestOrigin | undefined): string | (RequestOrigin & { message: string }) {
  return origin === undefined ? message : { ...origin, message };
}
