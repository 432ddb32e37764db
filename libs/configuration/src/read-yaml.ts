import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigurationError } from './configuration-error.js';

/** What a YAML file holds; `undefined` for an empty one. @throws ConfigurationError naming the file and what is wrong */
export function readYaml(file: string): unknown {
  try {
    return (parse(readFileSync(file, 'utf8')) as unknown) ?? undefined;
  } catch (error) {
    throw new ConfigurationError([`${file}: ${error instanceof Error ? error.message.split('\n', 1)[0] : 'it cannot be read'}`]);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
