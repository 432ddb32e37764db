import { AbortedError, ParlanceError } from '@parlance/contracts';
import { logLine, type RequestOrigin } from '@parlance/voice';
import { Logger } from '@nestjs/common';
import type { TurnPlace } from './threads.js';
import { withoutWords } from './without-words.js';

const logger = new Logger('Agents');
const LOGGED: readonly (string | undefined)[] = ['graph_failed', 'turn_failed'];

/** Why a turn has ended early, as its sender is told. */
export function toTurnError(error: unknown, place: TurnPlace): ParlanceError {
  if (place.endedBecause !== undefined) return place.endedBecause;
  if (error instanceof ParlanceError) return error;
  if (place.signal.aborted) return new AbortedError(error);
  return new ParlanceError('server', 'The turn failed in a way that nobody foresaw. The log of the server says how.', {
    reason: 'turn_failed',
    cause: error,
  });
}

/** Leaves a line for the cause of a failure whose sender is told no more than that the log has it. */
export function logCause({ reason, cause }: ParlanceError, origin: RequestOrigin | undefined): void {
  if (cause !== undefined && LOGGED.includes(reason)) logger.error(logLine(`A turn failed (${reason}).`, origin), withoutWords(cause));
}
