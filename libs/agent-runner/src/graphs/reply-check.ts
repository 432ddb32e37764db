import type { Reply } from './reply.types.js';

/**
 * What keeps something from being a reply, in words; `undefined`: nothing does. A graph is the application's own code, and
 * what it gives may be anything.
 */
export function wrongInReply(given: unknown): string | undefined {
  const { speak, text, voice, style } = (given ?? {}) as Partial<Record<keyof Reply, unknown>>;
  if (typeof speak !== 'boolean') return "'speak' must be true or false";
  const wrong = Object.entries({ text, voice, style }).find(([, value]) => value !== undefined && typeof value !== 'string');
  return wrong === undefined ? undefined : `'${wrong[0]}' must be a string`;
}
