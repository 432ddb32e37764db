import { Logger } from '@nestjs/common';
import { AbortedError } from '@parlance/contracts';
import { logLine } from '../observation/log-line.js';
import type { RequestOrigin } from '../voice.types.js';

const logger = new Logger('Provider');

/** Leaves the place of an exception in the log that no provider should throw. Its message may hold what was said, and stays out. */
export function logUnforeseen(provider: string, error: unknown, origin?: RequestOrigin): void {
  if (error instanceof AbortedError) return;
  const { name, stack = '' } = error instanceof Error ? error : new Error();
  const places = stack.split('\n').filter((line) => line.trimStart().startsWith('at '));
  logger.error(logLine([`${provider} failed in an unforeseen way: ${name}`, ...places].join('\n'), origin));
}
