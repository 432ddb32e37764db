import { isRecord, readFields, valueOf, variableOf, type Environment } from '@parlance/agent-runner';
import { PROVIDER_NAMES, type ProviderAccount } from '@parlance/providers';
import type { Prices, TenantBudget, VendorPolicy } from '@parlance/voice';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigurationError } from './configuration-error.js';
import { FileSections, type AccountEntry } from './file-sections.js';
import { nearestName } from './nearest-name.js';
import { readYamlFile } from './read-yaml.js';
import { fileFields } from './variable-lists.js';

/** An account of the file. */
export interface WrittenAccount {
  account: ProviderAccount;
  /** Its path in the file: `providers[0]`. */
  where: string;
  /** The variables that options refer to, by option. */
  references: Readonly<Record<string, string>>;
  limits: AccountEntry['limits'];
}

export interface ConfigurationFile {
  /** Absolute; absent: there is none. */
  path?: string;
  written: WrittenAccount[];
  tenants: Record<string, VendorPolicy>;
  /** What tenants may use in a day. */
  budgets: Record<string, TenantBudget>;
  prices: Prices;
  /** How often accounts may be asked, by name. */
  providerLimits: Record<string, { requestsPerMinute: number }>;
  /** What is wrong with it, located; no value is in it. */
  problems: string[];
  /** A problem that begins with a path in the file, with the file and the line before it. */
  located: (problem: string) => string;
}

const NOTHING = { written: [], tenants: {}, budgets: {}, prices: {}, providerLimits: {}, problems: [] };

/**
 * Reads `parlance.config.yaml`: several accounts of one vendor or options without a variable; which vendors the text
 * and recordings of a tenant may go to, and what it may use in a day (`*` is every tenant that is not named); prices.
 * `parlance.config.example.yaml` has everything there is.
 *
 * @param file absent: `parlance.config.yaml` of the working directory, where there is one
 * @throws ConfigurationError when it cannot be read at all
 */
export function readConfigurationFile(file: string | undefined, environment: Environment): ConfigurationFile {
  const path = resolve(file ?? 'parlance.config.yaml');
  if (file === undefined && !existsSync(path)) return { ...NOTHING, located: (problem) => problem };
  const { value, located } = readYamlFile(path);
  if (!isRecord(value ?? {})) throw new ConfigurationError([located('must be a map with providers, tenants and prices')]);
  const { fields, warnings, problems } = readFields(FileSections, value ?? {}, '');
  const { providers, tenants, prices } = fields;
  const unknown = warnings.map(({ path: field }) => `${field} is not known here${hint(field)}`);
  const lacking: string[] = [];
  const written = providers.flatMap((entry, index) => writtenAccount(entry, `providers[${index}]`, environment, lacking));
  return {
    path,
    written,
    tenants: mapValues(tenants, ({ allow, deny }) => ({ ...(allow !== undefined && { allow }), ...(deny !== undefined && { deny }) })),
    // A tenant with a name has only what stands under it: without a budget there it has none.
    budgets: mapValues(tenants, ({ budget }) => budget ?? {}),
    prices,
    providerLimits: Object.fromEntries(written.flatMap(({ account: { name }, limits }) => (limits === undefined ? [] : [[name, limits]]))),
    problems: [...problems, ...unknown, ...lacking, ...namedTwice(written)].map(located),
    located,
  };
}

/** None where too little of it can be used to look further. */
function writtenAccount(
  { name, provider, options, limits }: AccountEntry,
  where: string,
  environment: Environment,
  problems: string[],
): WrittenAccount[] {
  if (!PROVIDER_NAMES.includes(provider) || !isRecord(options)) return [];
  const references: Record<string, string> = {};
  const resolved = Object.entries(options).map(([option, value]) => {
    const variable = typeof value === 'string' ? variableOf(value) : undefined;
    if (typeof value !== 'string' || variable === undefined) return [option, value];
    references[option] = variable;
    const found = valueOf(value, environment);
    if (found === undefined) problems.push(`${where}.options.${option} refers to ${variable}, which is not set`);
    return [option, found];
  });
  const account = { name: name ?? provider, provider, options: Object.fromEntries(resolved) as Record<string, unknown> };
  return [{ account, where, references, limits }];
}

function namedTwice(written: readonly WrittenAccount[]): string[] {
  const names = written.map(({ account }) => account.name);
  return written
    .filter(({ account: { name } }, index) => names.indexOf(name) !== index)
    .map(({ account, where }) => `${where}.name: the account name '${account.name}' stands there twice`);
}

function hint(field: string): string {
  const nearest = nearestName(
    field.replace(/^.*\./, ''),
    fileFields().map(({ name }) => name.replace(/^.*\./, '')),
  );
  return nearest === undefined ? ': parlance.config.example.yaml has everything there is' : `; did you mean ${nearest}?`;
}

function mapValues<Given, Made>(map: Readonly<Record<string, Given>>, make: (value: Given) => Made): Record<string, Made> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, make(value)]));
}
