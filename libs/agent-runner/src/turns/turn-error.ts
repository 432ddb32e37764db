import { AbortedError, ParlanceError } from '@parlance/contracts';
import type { Place } from './threads.js';

/** Why a turn has ended early, as its sender is told. */
export function toTurnError(error: unknown, place: Place): ParlanceError {
  if (place.endedBecause !== undefined) return place.endedBecause;
  if (error instanceof ParlanceError) return error;
  if (place.signal.aborted) return new AbortedError(error);
  return new ParlanceError('server', 'The turn failed in a way that nobody foresaw. The log of the server says how.', {
    reason: 'turn_failed',
    cause: error,
  });
}
