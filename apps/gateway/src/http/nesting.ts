import { InvalidRequestError } from '@parlance/contracts';

/** What looks through a body later calls itself for each level, and how often that may be differs from one Node to the next. */
const MOST_LEVELS = 100;

/** @throws InvalidRequestError for what is nested deeper than anybody means */
export function checkNesting(value: unknown): void {
  if (!isDeeper(value, MOST_LEVELS)) return;
  throw new InvalidRequestError(`The body is nested too deeply: ${MOST_LEVELS} levels are taken.`, undefined, { reason: 'invalid_json' });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
