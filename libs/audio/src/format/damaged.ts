import { InvalidRequestError } from '@parlance/contracts';

/** The recording starts like its format and goes on like nothing. */
export function damaged(name: string, cause?: unknown): InvalidRequestError {
  const details = cause === undefined ? { reason: 'damaged_audio' } : { reason: 'damaged_audio', cause };
  return new InvalidRequestError(`The ${name} recording is damaged and cannot be decoded: record or export it again.`, 'file', details);
}

/** The recording stops before its end. */
export function incomplete(name: string): InvalidRequestError {
  return new InvalidRequestError(`The ${name} recording is incomplete: upload the whole file.`, 'file', { reason: 'incomplete_audio' });
}

/** A good file without any sound in it. */
export function withoutAudio(name: string): InvalidRequestError {
  return new InvalidRequestError(`The ${name} recording has no audio in it.`, 'file', { reason: 'no_audio' });
}
