import { MODELS } from '@parlance/agent-runner';
import { accountsFromEnvironment, providerVariables, vendorNames } from '@parlance/providers';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { readConfigurationFile } from './configuration-file.js';
import { ConfigurationError } from './configuration-error.js';
import { Environment } from './environment.js';
import { nearestName } from './nearest-name.js';
import { ParlanceConfiguration, type ConfiguredAccounts } from './parlance-configuration.js';
import { nameOf } from './plan-entries.js';
import { serverProblems } from './servers.js';
import { variablesOf } from './variable.js';

export type EnvironmentValues = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from environment variables; an empty value counts as none. Nothing else is read or written.
 * @throws ConfigurationError with every problem at once.
 */
export function loadConfiguration(values: EnvironmentValues): ParlanceConfiguration {
  const names = environmentVariables().map(({ name }) => name);
  const given = Object.fromEntries(names.filter((name) => (values[name] ?? '').trim() !== '').map((name) => [name, values[name]?.trim()]));
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = validateSync(environment, { stopAtFirstError: true }).map(
    ({ property, constraints }) => `${property}: ${Object.values(constraints ?? {}).join('; ')}`,
  );
  if (isOpenToEverybody(environment)) {
    problems.push(
      'HOST: without PARLANCE_API_KEYS only a loopback address (127.0.0.1, ::1, localhost) is listened on, because anybody who ' +
        'reaches the server could use it. Set PARLANCE_API_KEYS, or PARLANCE_ALLOW_ANONYMOUS=true if that is wanted',
    );
  }
  problems.push(...serverProblems(environment));
  if (problems.length > 0) throw new ConfigurationError(problems);
  const configuration = new ParlanceConfiguration(environment, accountsOf(environment, values), misspelt(values, names), values);
  const unknown = [...unknownAccounts(configuration), ...unknownVendors(configuration), ...unpricedAccounts(configuration)];
  if (unknown.length > 0) throw new ConfigurationError(unknown);
  return configuration;
}

/** Every variable that is read, in the order of the documentation. */
export function environmentVariables(): readonly { name: string; description: string; default: string; secret: boolean }[] {
  const defaults = new Environment() as unknown as Record<string, string | number | boolean | undefined>;
  return variablesOf(Environment.prototype).map((variable) => ({ ...variable, default: String(defaults[variable.name] ?? '') }));
}

/** Takes the secrets out of an environment after it was read, so that child processes do not inherit them. */
export function forgetSecrets(environment: Record<string, string | undefined>): void {
  for (const { name, secret } of [...environmentVariables(), ...providerVariables()]) if (secret) delete environment[name];
}

/** The file's accounts come first; one of the same name stands for the environment's. */
function accountsOf({ PARLANCE_CONFIG_FILE }: Environment, values: EnvironmentValues): ConfiguredAccounts {
  const { accounts: written, ...others } = readConfigurationFile(PARLANCE_CONFIG_FILE, values);
  const { accounts, missing } = accountsFromEnvironment(values);
  const isWritten = ({ name }: { name: string }) => written.some((account) => account.name === name);
  return {
    accounts: [...written, ...accounts.filter((one) => !isWritten(one))],
    missing: missing.filter((one) => !isWritten(one)),
    ...others,
  };
}

/** A plan that names an account which is not set up would be found out only when it is asked. */
function unknownAccounts({ speechPlan = [], transcriptionPlan = [], providerAccounts, missingAccounts }: ParlanceConfiguration): string[] {
  const known = providerAccounts.map(({ name }) => name);
  const plans = { PARLANCE_SPEECH_PLAN: speechPlan, PARLANCE_TRANSCRIPTION_PLAN: transcriptionPlan };
  return Object.entries(plans).flatMap(([variable, plan]) =>
    plan
      .map((entry) => nameOf(entry))
      .filter((name) => !known.includes(name))
      .map((name) => {
        const missing = missingAccounts.find((account) => account.name === name);
        const remedy = missing === undefined ? `There are: ${known.join(', ')}` : `Set ${missing.variables.join(' and ')} to have it`;
        return `${variable}: there is no provider account '${name}'. ${remedy}`;
      }),
  );
}

/** A misspelt vendor would not be kept out. */
function unknownVendors({ tenants, providerAccounts }: ParlanceConfiguration): string[] {
  const known = [...new Set([...providerAccounts.map(({ name }) => name), ...vendorNames()])];
  return Object.entries(tenants).flatMap(([tenant, { allow = [], deny = [] }]) =>
    [...allow, ...deny]
      .filter((name) => !known.includes(name))
      .map((name) => `tenants.${tenant}: there is no vendor or account '${name}'. There are: ${known.join(', ')}`),
  );
}

/** The price of a misspelt account would never be used. */
function unpricedAccounts({ prices, providerAccounts, missingAccounts }: ParlanceConfiguration): string[] {
  // Prices of an account whose key is not in this environment are for another.
  const known = [...providerAccounts.map(({ name }) => name), ...missingAccounts.map(({ name }) => name), MODELS];
  return Object.keys(prices)
    .filter((name) => !known.includes(name))
    .map((name) => `prices.${name}: there is no provider account '${name}'. There are: ${known.join(', ')}`);
}

function isOpenToEverybody({ HOST, PARLANCE_API_KEYS, PARLANCE_ALLOW_ANONYMOUS }: Environment): boolean {
  const loopback = HOST === 'localhost' || HOST === '::1' || /^127(?:\.\d{1,3}){3}$/.test(HOST);
  return !loopback && (PARLANCE_API_KEYS ?? []).length === 0 && !PARLANCE_ALLOW_ANONYMOUS;
}

function misspelt(values: EnvironmentValues, names: readonly string[]): string[] {
  const unknown = Object.keys(values).filter((name) => name.startsWith('PARLANCE_') && !names.includes(name));
  return unknown.map((name) => {
    const nearest = nearestName(name, names);
    return `${name} is not a setting of Parlance and has no effect${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  });
}
