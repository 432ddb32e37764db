import { certificateAdvice, ParlanceError } from '@parlance/contracts';
import type { RedisOptions } from 'ioredis';
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
  return (error) => asUnavailable(error, wordOf(error) ?? reason, adviceFor(client));
}

/**
 * Of the client's error only its message is kept as the cause: the error itself holds the command with all its bytes,
 * and the password where it was `AUTH`.
 */
function asUnavailable(error: unknown, reason: string | undefined, advice: string): ParlanceError {
  if (error instanceof ParlanceError) return error;
  return new ParlanceError('unavailable', messageFor(reason, advice), {
    reason: 'redis_unavailable',
    cause: new Error(error instanceof Error ? error.message : String(error)),
  });
}

/** What Redis says when it answers, and takes no writes: what to look at. */
const REFUSALS: Readonly<Record<string, string>> = {
  OOM: 'It is full: raise its maxmemory, or have less cached.',
  READONLY: 'It is a replica: name its master in REDIS_URL.',
  NOREPLICAS: 'It misses its replicas (min-replicas-to-write).',
  MISCONF: 'It cannot write to its disk: look into its log.',
};

function messageFor(reason: string | undefined, advice: string): string {
  if (reason === undefined) return `Redis does not answer. ${advice}`;
  const refusal = REFUSALS[reason];
  if (refusal !== undefined) return `Redis takes no writes (${reason}). ${refusal}`;
  return `Redis does not answer (${reason}). ${certificateAdvice(reason) ?? 'Look whether it runs.'}`;
}

/** Where the reason is not known: of sentinels, and of the nodes of a cluster, the client says only that the connection is closed. */
function adviceFor({ options }: RedisClient): string {
  const { tls } = 'redisOptions' in options ? (options.redisOptions ?? {}) : (options as RedisOptions);
  return tls === undefined
    ? 'Look whether it runs.'
    : 'Look whether it runs, and whether this process trusts its certificate (NODE_EXTRA_CA_CERTS).';
}

/** The system's code, such as `ECONNREFUSED`, or the word that Redis begins with, such as `WRONGPASS`. */
function wordOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return code;
  return typeof message === 'string' ? /^[A-Z]{3,}\b/.exec(message)?.[0] : undefined;
}
