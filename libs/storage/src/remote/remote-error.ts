import { AbortedError, InvalidRequestError, ParlanceError, TooLargeError } from '@parlance/contracts';
import { errors } from 'undici';
import { NotPublicError } from './guarded-lookup.js';

const param = 'url';

/** The link itself is not taken; nobody was asked. */
export function refused(message: string): ParlanceError {
  return new InvalidRequestError(message, param, { reason: 'url_not_allowed' });
}

/** Says the same of a name that nobody has as of one that leads inside: which names there are is no business of a caller. */
export function notPublic(): ParlanceError {
  return refused('The link leads to no public address. Give one that everybody can open.');
}

/** What the other side answers cannot be used, and would not be the next time. */
export function unusable(message: string): ParlanceError {
  return new InvalidRequestError(message, param, { reason: 'url_unusable' });
}

/** The other side failed in a way that may pass. */
export function failed(cause?: unknown): ParlanceError {
  return new ParlanceError('server', 'The recording could not be fetched from the link. Look whether it opens, and try again.', {
    param,
    reason: 'url_failed',
    ...(cause !== undefined && { cause }),
  });
}

export function tooLarge(maximumBytes: number): ParlanceError {
  return new TooLargeError(`The link leads to more than ${maximumBytes} bytes. Give one to a smaller file.`, param);
}

export function tooSlow(): ParlanceError {
  return new ParlanceError('timeout', 'The recording did not come from the link in time. Try again, or upload it.', {
    param,
    reason: 'url_timeout',
  });
}

/**
 * What fetching threw. The network's own errors hold names and addresses, which are part of a secret link: only their
 * code is kept.
 * @param signal of the caller
 */
export function asRemoteError(error: unknown, signal: AbortSignal): ParlanceError {
  if (signal.aborted) return new AbortedError(signal.reason);
  if (error instanceof ParlanceError) return error;
  if (error instanceof NotPublicError) return notPublic();
  if (
    error instanceof errors.HeadersTimeoutError ||
    error instanceof errors.BodyTimeoutError ||
    error instanceof errors.ConnectTimeoutError
  ) {
    return tooSlow();
  }
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown };
  return failed(new Error(typeof code === 'string' ? code : 'UNKNOWN'));
}
