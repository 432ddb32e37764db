import { MEDIA_TYPES, type Format } from './formats.js';
import type { Player } from './player.js';

/** Has an answer's audio heard as it comes. @returns all of it */
export async function receive(response: Response, format: Format, player: Player, onFirst?: () => void): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body!.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (parts.length === 0) onFirst?.();
    parts.push(next.value);
    player.write(next.value);
  }
  return new Blob(parts, { type: response.headers.get('content-type') ?? MEDIA_TYPES[format] });
}
