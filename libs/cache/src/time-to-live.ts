import { InvalidRequestError } from '@parlance/contracts';

/** @throws InvalidRequestError when it is no positive number of seconds */
export function checkTimeToLive(seconds: number): void {
  if (seconds > 0 && Number.isFinite(seconds)) return;
  throw new InvalidRequestError('A cache entry needs a time to live of more than 0 seconds.', 'ttlSeconds');
}

/** As caches count it: whole milliseconds, at least one. */
export function toMilliseconds(seconds: number): number {
  return Math.max(1, Math.round(seconds * 1000));
}
