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
    return unavailable('The storage directory is full. Free some space or set another one.', error);
  }
  if (hasCode(error, 'EACCES', 'EPERM', 'EROFS')) {
    return unavailable('The storage directory cannot be used by this user. Correct its rights.', error);
  }
  if (hasCode(error, 'ENOTDIR')) {
    return unavailable('A part of the path to the storage directory is a file. Move it away or set another directory.', error);
  }
  return unavailable('The storage directory could not be read or written. Look at its disk.', error);
}

/** As a store that is away: no vendor is to blame, and the same may work later. */
function unavailable(message: string, cause: unknown): ParlanceError {
  return new ParlanceError('unavailable', message, { reason: 'storage_unavailable', cause });
}
