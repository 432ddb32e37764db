import { certificateAdvice, ParlanceError } from '@parlance/contracts';
import { errors } from 'undici';
import { CONNECTION_RESET } from './connection-pools.js';
import { textField } from './json-fields.js';

const UNREACHABLE: readonly string[] = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];
/** Somebody was there: as bad as nobody for whoever waits, but no reason to look at the address. */
const BROKEN: readonly string[] = ['ECONNRESET', 'UND_ERR_SOCKET', CONNECTION_RESET];

/** What went wrong below HTTP. The messages of the network stack hold addresses and stay in the cause. */
export function networkFailure(cause: unknown, provider: string): ParlanceError {
  if (isTimeout(cause)) return new ParlanceError('timeout', `${provider} did not answer in time. Try again.`, { provider, cause });
  const reason = textField(cause, 'code') ?? '';
  const advice = certificateAdvice(reason);
  if (advice !== undefined) return new ParlanceError('server', `${provider} cannot be called safely. ${advice}`, { provider, cause });
  if (UNREACHABLE.includes(reason)) {
    return new ParlanceError('timeout', `${provider} cannot be reached. Check its address and the network.`, { provider, cause });
  }
  const code = BROKEN.includes(reason) ? 'timeout' : 'server';
  return new ParlanceError(code, `The connection to ${provider} broke. Try again.`, { provider, cause });
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError || error instanceof errors.ConnectTimeoutError
  );
}
