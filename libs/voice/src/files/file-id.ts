import { ParlanceError } from '@parlance/contracts';
import { isVoiceKey } from '@parlance/storage';

/** The name under which a stored object is known to callers: its key in base64url. */
export function idOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/**
 * The key of a caller's id.
 * @throws ParlanceError `not_found` for everything that is no id of stored audio, as for an id of nothing
 */
export function keyOf(id: string): string {
  const key = /^[A-Za-z0-9_-]{1,1400}$/.test(id) ? Buffer.from(id, 'base64url').toString('latin1') : '';
  // There are several spellings of base64url for the same bytes: one id is good for an object.
  if (!isVoiceKey(key) || idOf(key) !== id) throw noSuchFile();
  return key;
}

/** It may have been there: stored audio is deleted after a time. */
export function noSuchFile(): ParlanceError {
  return new ParlanceError('not_found', 'There is no such file, or not any more. Upload it again, or look at its id.', {
    reason: 'file_not_found',
  });
}
