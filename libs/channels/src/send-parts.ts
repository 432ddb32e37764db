import { ParlanceError } from '@parlance/contracts';

/**
 * Sends one part of a long text after the other.
 * @param send gives the platform's name of what was sent
 * @throws what `send` throws; with the reason `partly_delivered` when parts have gone out before: the whole must not be
 * sent again
 */
export async function sendParts(parts: readonly string[], send: (part: string, index: number) => Promise<string>): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, part] of parts.entries()) {
    try {
      ids.push(await send(part, index));
    } catch (error) {
      if (ids.length === 0) throw error;
      const code = error instanceof ParlanceError ? error.code : 'server';
      throw new ParlanceError(code, 'Only the first parts of a long text have arrived.', { reason: 'partly_delivered', cause: error });
    }
  }
  return ids;
}
