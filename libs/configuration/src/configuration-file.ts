import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isProviderName, type ProviderAccount } from '@parlance/providers';
import type { Prices, TenantBudget, VendorPolicy } from '@parlance/voice';
import { ConfigurationError } from './configuration-error.js';
import { isRecord, readYaml } from './read-yaml.js';
import { budgetOf, pricesOf, requestsPerMinuteOf } from './spending-sections.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** `env:NAME` in an option stands for the value of that variable: keys do not belong into files. */
const reference = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

export interface ConfigurationFile {
  accounts: ProviderAccount[];
  tenants: Record<string, VendorPolicy>;
  /** What tenants may use in a day. */
  budgets: Record<string, TenantBudget>;
  prices: Prices;
  /** How often accounts may be asked, by name. */
  providerLimits: Record<string, { requestsPerMinute: number }>;
}

const NOTHING: ConfigurationFile = { accounts: [], tenants: {}, budgets: {}, prices: {}, providerLimits: {} };
const SECTIONS: readonly string[] = ['providers', 'tenants', 'prices'];

/**
 * Reads `parlance.config.yaml`: several accounts of one vendor or options without a variable; which vendors the text
 * and recordings of a tenant may go to, and what it may use in a day (`*` is every tenant that is not named); prices.
 *
 *     providers:
 *       - name: openai-eu
 *         provider: openai-compatible
 *         options: { server: openai, apiKey: env:OPENAI_EU_KEY, baseUrl: https://eu.api.openai.com/v1 }
 *         limits: { requestsPerMinute: 500 }
 *     tenants:
 *       acme: { allow: [openai-eu, local], budget: { charactersPerDay: 100000 } }
 *     prices:
 *       openai-eu: { tts-1: { perMillionCharacters: 15 } }
 *
 * @param file absent: `parlance.config.yaml` of the working directory, where there is one
 * @throws ConfigurationError with every problem, and no value
 */
export function readConfigurationFile(file: string | undefined, environment: Environment): ConfigurationFile {
  const path = file ?? resolve('parlance.config.yaml');
  if (file === undefined && !existsSync(path)) return NOTHING;
  const problems: string[] = [];
  const { providers, tenants: given, prices: listed } = sectionsOf(path);
  const accounts = providers.flatMap((entry, index) => accountOf(entry, `providers[${index}]`, environment, problems));
  const twice = accounts.filter(({ name }, index) => accounts.findIndex((other) => other.name === name) !== index);
  problems.push(...twice.map(({ name }) => `the account name '${name}' stands there twice`));
  const tenants = Object.fromEntries(
    Object.entries(given).map(([tenant, policy]) => [tenant, policyOf(policy, `tenants.${tenant}`, problems)]),
  );
  const budgets = Object.fromEntries(
    // A tenant with a name has only what stands under it: without a budget there it has none.
    Object.entries(given).map(([tenant, policy]) => [
      tenant,
      budgetOf((isRecord(policy) ? policy['budget'] : undefined) ?? {}, `tenants.${tenant}.budget`, problems),
    ]),
  );
  const providerLimits = limitsOf(providers, problems);
  const prices = pricesOf(listed, problems);
  if (problems.length > 0) throw new ConfigurationError(problems.map((problem) => `${path}: ${problem}`));
  return { accounts, tenants, budgets, prices, providerLimits };
}

/** The limits of accounts that have a name; what is wrong with the others is told elsewhere. */
function limitsOf(providers: readonly unknown[], problems: string[]): ConfigurationFile['providerLimits'] {
  const limits = providers.flatMap((entry, index) => {
    if (!isRecord(entry) || entry['limits'] === undefined) return [];
    const requestsPerMinute = requestsPerMinuteOf(entry['limits'], `providers[${index}].limits`, problems);
    const name = entry['name'] ?? entry['provider'];
    return requestsPerMinute === undefined || typeof name !== 'string' ? [] : [[name, { requestsPerMinute }] as const];
  });
  return Object.fromEntries(limits);
}

function sectionsOf(path: string): { providers: readonly unknown[]; tenants: Record<string, unknown>; prices: unknown } {
  const content = readYaml(path) ?? {};
  const unknown = isRecord(content) ? Object.keys(content).filter((key) => !SECTIONS.includes(key)) : [];
  if (!isRecord(content) || unknown.length > 0)
    throw new ConfigurationError([`${path}: must be a map with the keys ${SECTIONS.join(', ')} and no other`]);
  const { providers = [], tenants = {}, prices = {} } = content;
  if (!Array.isArray(providers)) throw new ConfigurationError([`${path}: 'providers' must be a list`]);
  if (!isRecord(tenants)) throw new ConfigurationError([`${path}: 'tenants' must be a map`]);
  return { providers: providers as unknown[], tenants, prices };
}

function policyOf(policy: unknown, where: string, problems: string[]): VendorPolicy {
  const isList = (value: unknown): value is string[] | undefined =>
    value === undefined || (Array.isArray(value) && value.every((name) => typeof name === 'string'));
  if (isRecord(policy)) {
    const { allow, deny, budget: _budget, ...unknown } = policy;
    if (Object.keys(unknown).length === 0 && isList(allow) && isList(deny)) {
      return { ...(allow !== undefined && { allow }), ...(deny !== undefined && { deny }) };
    }
  }
  problems.push(`${where} must be a map with 'allow' and 'deny', lists of vendors or account names, and 'budget'`);
  return {};
}

function accountOf(entry: unknown, where: string, environment: Environment, problems: string[]): ProviderAccount[] {
  if (!isRecord(entry)) {
    problems.push(`${where} must be a map with name, provider and options`);
    return [];
  }
  const { provider, name = provider, options = {} } = entry;
  if (typeof provider !== 'string' || !isProviderName(provider)) problems.push(`${where}.provider is not a provider there is`);
  else if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(name))
    problems.push(`${where}.name must be lower-case letters, digits and -`);
  else if (!isRecord(options)) problems.push(`${where}.options must be a map`);
  else return [{ name, provider, options: withSecrets(options, `${where}.options`, environment, problems) }];
  return [];
}

function withSecrets(
  options: Record<string, unknown>,
  where: string,
  environment: Environment,
  problems: string[],
): Record<string, unknown> {
  const resolved = Object.entries(options).map(([option, value]) => {
    const [, variable] = typeof value === 'string' ? (reference.exec(value) ?? []) : [];
    if (variable === undefined) return [option, value];
    const found = environment[variable];
    if (found === undefined || found === '') problems.push(`${where}.${option} refers to ${variable}, which is not set`);
    return [option, found];
  });
  return Object.fromEntries(resolved) as Record<string, unknown>;
}
