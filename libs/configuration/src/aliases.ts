import { isRecord } from '@parlance/agent-runner';
import { vendorOf, type ProviderAccount } from '@parlance/providers';
import type { ModelAliases, VoiceAliases } from '@parlance/voice';
import { ConfigurationError } from './configuration-error.js';
import { projectFile } from './project-file.js';
import { readYamlFile } from './read-yaml.js';

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

/** The names again for every account of a vendor that is called otherwise: `openai-eu` has what is there for `openai`. */
export function forAccounts<Value>(
  aliases: Readonly<Record<string, Readonly<Record<string, Value>>>>,
  accounts: readonly ProviderAccount[],
): Record<string, Record<string, Value>> {
  const widened = Object.entries(aliases).map(([alias, mapping]) => {
    const more = accounts.flatMap((account) => {
      const value = mapping[vendorOf(account)];
      return value === undefined || Object.hasOwn(mapping, account.name) ? [] : [[account.name, value] as const];
    });
    return [alias, { ...mapping, ...Object.fromEntries(more) }] as const;
  });
  return Object.fromEntries(widened);
}

function readAliases(file: string, kind: string, byLanguage: boolean): Record<string, unknown> {
  const { value: aliases = {}, located } = readYamlFile(file);
  const problems = isRecord(aliases) ? Object.entries(aliases).flatMap(problemsOf) : ['must be a map of names'];
  if (problems.length > 0) throw new ConfigurationError(problems.map(located));
  return aliases as Record<string, unknown>;

  function problemsOf([alias, providers]: [string, unknown]): string[] {
    if (!isRecord(providers)) return [`'${alias}' must be a map from provider to ${kind}`];
    return Object.entries(providers)
      .filter(([, value]) => !isName(value) && !(byLanguage && isRecord(value) && Object.values(value).every(isName)))
      .map(([provider]) => `'${alias}.${provider}' must be a ${kind} name${byLanguage ? ', or a map from language to one' : ''}`);
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
