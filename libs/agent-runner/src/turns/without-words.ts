import { ParlanceError } from '@parlance/contracts';
import { placesOf } from '@parlance/voice';

/** Causes may lead back to where they began. */
const DEEPEST_CAUSE = 4;

/**
 * What a logger may have of a failure: its name, code and places, and those of its causes. The logger of an application
 * writes messages, too, and nobody knows what others have in theirs, such as the text that could not be read.
 */
export function withoutWords(error: unknown, depth = 0): Error {
  const { name, stack, code, status, cause } = Object(error) as Readonly<Record<string, unknown>>;
  const bare: Error = error instanceof ParlanceError ? new ParlanceError(error.code, error.message) : new Error();
  bare.name = typeof name === 'string' ? name : typeof error;
  const first = bare.message === '' ? bare.name : `${bare.name}: ${bare.message}`;
  bare.stack = [first, ...placesOf(typeof stack === 'string' ? stack : undefined)].join('\n    ');
  const kept = Object.entries({ code, status }).filter(([, value]) => typeof value === 'number' || isWord(value));
  if (!(bare instanceof ParlanceError)) Object.assign(bare, Object.fromEntries(kept));
  if (cause !== undefined && depth < DEEPEST_CAUSE) bare.cause = withoutWords(cause, depth + 1);
  return bare;
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && /^\w{1,64}$/.test(value);
}
