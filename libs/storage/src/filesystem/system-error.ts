import { AbortedError, ParlanceError } from '@parlance/contracts';

/** Whether it is the operating system's error of one of these codes, such as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && codes.includes(error.code as string);
}

/** What a file operation threw, without the path that the system puts into its message. */
export function asStoreError(error: unknown, signal?: AbortSignal): ParlanceError {
  if (error instanceof ParlanceError) return error;
  if (signal?.aborted === true) return new AbortedError(signal.reason);
  if (hasCode(error, 'ENOSPC', 'EDQUOT')) {
    return new ParlanceError('server', 'The storage directory is full. Free some space or set another one.', { cause: error });
  }
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) {
    return new ParlanceError('server', 'The storage directory cannot be used by this user. Correct its rights.', { cause: error });
  }
  return new ParlanceError('server', 'The storage directory could not be read or written.', { cause: error });
}
