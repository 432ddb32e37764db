import { readFileSync } from 'node:fs';
import type { ModelAliases, VoiceAliases } from '@parlance/voice';
import { parse } from 'yaml';
import { ConfigurationError } from './configuration-error.js';
import { projectFile } from './project-file.js';

/**
 * Reads the voice names. `file` absent: the project's `config/voices.yaml`.
 * @throws ConfigurationError naming the entry that is wrong.
 */
export function readVoiceAliases(file?: string): VoiceAliases {
  return readAliases(file ?? projectFile('voices.yaml'), 'voice', true) as VoiceAliases;
}

/** Reads the model names. `file` absent: the project's `config/models.yaml`. */
export function readModelAliases(file?: string): ModelAliases {
  return readAliases(file ?? projectFile('models.yaml'), 'model', false) as ModelAliases;
}

function readAliases(file: string, kind: string, byLanguage: boolean): Record<string, unknown> {
  let aliases: unknown;
  try {
    aliases = parse(readFileSync(file, 'utf8')) ?? {};
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : 'it cannot be read';
    throw new ConfigurationError([`${file}: ${reason}`]);
  }
  const problems = isRecord(aliases) ? Object.entries(aliases).flatMap(problemsOf) : ['must be a map of names'];
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `${file}: ${problem}`));
  return aliases as Record<string, unknown>;

  function problemsOf([alias, providers]: [string, unknown]): string[] {
    if (!isRecord(providers)) return [`'${alias}' must be a map from provider to ${kind}`];
    return Object.entries(providers)
      .filter(([, value]) => !isName(value) && !(byLanguage && isRecord(value) && Object.values(value).every(isName)))
      .map(([provider]) => `'${alias}.${provider}' must be a ${kind} name${byLanguage ? ', or a map from language to one' : ''}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
