import { Logger } from '@nestjs/common';
import { AbortedError, ParlanceError } from '@parlance/contracts';
import { logLine } from '../observation/log-line.js';
import { placesOf } from '../observation/places-of.js';
import type { RequestOrigin } from '../voice.types.js';

const logger = new Logger('Provider');

/** What no provider should throw, as a failure of it; the log has its place. */
export function unforeseenFailure(provider: string, error: unknown, origin?: RequestOrigin): ParlanceError {
  if (!(error instanceof AbortedError)) logPlace(provider, error, origin);
  return new ParlanceError('server', `${provider} failed in an unforeseen way. The log has the details.`, { provider, cause: error });
}

/** Its message may hold what was said, and stays out. */
function logPlace(provider: string, error: unknown, origin?: RequestOrigin): void {
  const { name, stack } = error instanceof Error ? error : new Error();
  logger.error(logLine([`${provider} failed in an unforeseen way: ${name}`, ...placesOf(stack)].join('\n    '), origin));
}
