import { ParlanceError } from '@parlance/contracts';
import type { RedisClient } from './redis-connection.js';

/**
 * Turns any failure of a client into `unavailable`, with the reason for which there is no connection where there is
 * none: the client itself says only that it cannot write.
 */
export function failuresOf(client: RedisClient): (error: unknown) => ParlanceError {
  let reason: string | undefined;
  const remember = (error: unknown) => (reason = wordOf(error) ?? reason);
  client.on('error', remember).on('node error', remember);
  client.on('ready', () => (reason = undefined));
  return (error) => asUnavailable(error, wordOf(error) ?? reason);
}

/**
 * Of the client's error only its message is kept as the cause: the error itself holds the command with all its bytes,
 * and the password where it was `AUTH`.
 */
function asUnavailable(error: unknown, reason: string | undefined): ParlanceError {
  if (error instanceof ParlanceError) return error;
  return new ParlanceError('unavailable', `Redis does not answer${reason === undefined ? '' : ` (${reason})`}. Look whether it runs.`, {
    reason: 'redis_unavailable',
    cause: new Error(error instanceof Error ? error.message : String(error)),
  });
}

/** The system's code, such as `ECONNREFUSED`, or the word that Redis begins with, such as `WRONGPASS`. */
function wordOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' ? /^[A-Z]{3,}\b/.exec(message)?.[0] : undefined;
}
