import { AbortedError, certificateAdvice, NotFoundError, ParlanceError } from '@parlance/contracts';

/** A status that the client would try again by itself, printing a line and leaving the answer unread. */
export class RetryableStatus extends Error {
  constructor(readonly status: number) {
    super(`The object store answered ${status}.`);
  }
}

/** S3's words for keys that are unknown or wrong, as opposed to keys that may not do this. */
const AUTHENTICATION = [
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'RequestTimeTooSkewed',
  'InvalidToken',
  'ExpiredToken',
  'AuthorizationHeaderMalformed',
];
/** Of a bucket in another region than the endpoint. */
const ELSEWHERE = ['MovedPermanently', 'PermanentRedirect'];
const MISSING = ['NoSuchKey', 'NotFound', 'NoSuchObject'];
/** Of a connection that was there and is not any more. */
const RESET = ['ECONNRESET', 'EPIPE'];

/**
 * What a call of the store threw. The client's error is not kept as a cause: it may hold headers with the keys' name
 * and signatures; its code is.
 * @param signal of the caller
 */
export function asS3Error(error: unknown, key: string, signal: AbortSignal | undefined): ParlanceError {
  if (error instanceof ParlanceError) return error;
  if (signal?.aborted === true) return new AbortedError(signal.reason);
  if (error instanceof RetryableStatus) {
    return unavailable(
      String(error.status),
      error.status === 429 || error.status === 503 ? 'It has too much to do.' : 'It is broken just now.',
    );
  }
  const code = codeOf(error);
  const details = { reason: 's3_refused', cause: new Error(code) };
  if (MISSING.includes(code)) return new NotFoundError('object', key);
  if (code === 'NoSuchBucket')
    return new ParlanceError('server', 'The bucket of the object store is gone. The next call makes it anew.', details);
  if (code === 'InvalidRange') {
    return new ParlanceError('invalid', 'The range begins after the end of the object.', {
      param: 'range',
      reason: 'range_not_satisfiable',
    });
  }
  if (AUTHENTICATION.includes(code)) {
    return new ParlanceError(
      'auth',
      `The object store refuses the keys (${code}). Look at S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION and the clock.`,
      details,
    );
  }
  if (ELSEWHERE.includes(code)) {
    return new ParlanceError(
      'server',
      `The bucket of the object store is elsewhere (${code}). Look at S3_ENDPOINT and S3_REGION.`,
      details,
    );
  }
  if (code === 'AccessDenied') {
    return new ParlanceError(
      'permission',
      'The keys of the object store may not do this. Give them the right to read, write, list and delete.',
      details,
    );
  }
  // Codes of S3 are in CamelCase, those of the system in capitals.
  if (/^[A-Z]+[a-z]/.test(code)) return new ParlanceError('server', `The object store refused the call (${code}).`, details);
  return unavailable(code, certificateAdvice(code) ?? 'Look whether it runs and can be reached.');
}

/** What a store says of every object is missing: something else answers in its place, or it fails with a good status. */
export function notOfAStore(): ParlanceError {
  return unavailable('no object in its answer', 'Look whether an object store answers at S3_ENDPOINT.');
}

export function isMissing(error: unknown): boolean {
  return MISSING.includes(codeOf(error));
}

export function isReset(error: unknown): boolean {
  return RESET.includes(codeOf(error));
}

export function codeOf(error: unknown): string {
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown };
  return typeof code === 'string' && code !== '' ? code : 'UNKNOWN';
}

function unavailable(code: string, what: string): ParlanceError {
  return new ParlanceError('unavailable', `The object store cannot be used (${code}). ${what}`, {
    reason: 's3_unavailable',
    cause: new Error(code),
  });
}
