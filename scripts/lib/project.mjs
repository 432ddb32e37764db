import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's top folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What Node is given to start a program of Parlance's, once it is built. */
export const PROGRAMS = {
  gateway: join(root, 'dist', 'apps', 'gateway', 'src', 'main.js'),
  parlance: join(root, 'dist', 'apps', 'cli', 'src', 'main.js'),
};

export function readJson(...parts) {
  return JSON.parse(readFileSync(join(root, ...parts), 'utf8'));
}

/** The file behind a package's command, to be run by this same Node: works the same on every system. */
export function program(packageName, command) {
  const { bin } = readJson('node_modules', packageName, 'package.json');
  return join(root, 'node_modules', packageName, typeof bin === 'string' ? bin : bin[command]);
}

/** Ends this script with a message for people instead of a stack. */
export class Problem extends Error {}

/** Runs a script's main function: its result is the exit code. */
export function main(work) {
  work().then(
    (code) => {
      process.exitCode = code ?? 0;
    },
    (error) => {
      console.error(error instanceof Problem ? `\n${error.message}` : error);
      process.exitCode = 1;
    },
  );
}
