import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The options of a script. What it does not know is told with its usage, and ends it with 2. */
export function readArguments<T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
