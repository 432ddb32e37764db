import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the project's `config/`. The sources and the built files lie at different depths below the project's root. */
export function projectFile(name: string): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'config', name)) && dirname(directory) !== directory) directory = dirname(directory);
  return join(directory, 'config', name);
}
