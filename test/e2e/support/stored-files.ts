import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Everything a gateway has stored in a directory, with the names. */
export function storedText(directory: string): string {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => `${name}\n${readFileSync(join(parentPath, name), 'latin1')}`).join('\n');
}
