import { accountsFromEnvironment, providerVariables } from '@parlance/providers';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nameProblems } from './account-names.js';
import { readModelAliases, readVoiceAliases } from './aliases.js';
import { readConfigurationFile } from './configuration-file.js';
import { ConfigurationError } from './configuration-error.js';
import { Environment } from './environment.js';
import { readKeysFile } from './keys-file.js';
import { nearestName } from './nearest-name.js';
import { ParlanceConfiguration, type ConfiguredAccounts } from './parlance-configuration.js';
import { readRetirements } from './retirements.js';
import { serverProblems } from './servers.js';
import { variablesOf } from './variable.js';

export type EnvironmentValues = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings from environment variables; an empty value counts as none. Beside them only the files they
 * name are read.
 * @throws ConfigurationError with every problem at once.
 */
export function loadConfiguration(values: EnvironmentValues): ParlanceConfiguration {
  const names = environmentVariables().map(({ name }) => name);
  const given = Object.fromEntries(names.filter((name) => (values[name] ?? '').trim() !== '').map((name) => [name, values[name]?.trim()]));
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = validateSync(environment, { stopAtFirstError: true }).map(
    ({ property, constraints }) => `${property}: ${Object.values(constraints ?? {}).join('; ')}`,
  );
  const keysFile = keysFileOf(environment);
  if (isOpenToEverybody(environment, keysFile)) {
    problems.push(
      'HOST: without PARLANCE_API_KEYS only a loopback address (127.0.0.1, ::1, localhost) is listened on, because anybody who ' +
        'reaches the server could use it. Set PARLANCE_API_KEYS, or PARLANCE_ALLOW_ANONYMOUS=true if that is wanted',
    );
  }
  if (environment.PARLANCE_METRICS_PORT === environment.PORT && environment.PORT !== 0) {
    problems.push('PARLANCE_METRICS_PORT: must be another port than PORT. Leave it out to have /metrics on PORT, with an API key');
  }
  problems.push(...serverProblems(environment), ...fileProblems(environment, keysFile));
  const accounts = attempt(() => accountsOf(environment, values), problems);
  if (accounts !== undefined) problems.push(...nameProblems(environment, accounts, problems));
  if (problems.length > 0 || accounts === undefined) throw new ConfigurationError(problems);
  return new ParlanceConfiguration(environment, accounts, misspelt(values, names), values, keysFile);
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

/** Absolute; `undefined`: there is none. */
function keysFileOf({ PARLANCE_KEYS_FILE }: Environment): string | undefined {
  const file = resolve(PARLANCE_KEYS_FILE ?? 'parlance.keys.yaml');
  return PARLANCE_KEYS_FILE !== undefined || existsSync(file) ? file : undefined;
}

/** What is wrong with the files that are read again later: who starts the process is told of everything at once. */
function fileProblems(
  { PARLANCE_VOICES_FILE: voices, PARLANCE_MODELS_FILE: models, PARLANCE_RETIREMENTS_FILE: retirements }: Environment,
  keysFile: string | undefined,
): string[] {
  const problems: string[] = [];
  if (keysFile !== undefined) attempt(() => readKeysFile(keysFile), problems);
  if (voices !== undefined) attempt(() => readVoiceAliases(voices), problems);
  if (models !== undefined) attempt(() => readModelAliases(models), problems);
  if (retirements !== undefined) attempt(() => readRetirements(retirements), problems);
  return problems;
}

/** @returns `undefined` where the settings cannot be used; why is added to the problems */
function attempt<Result>(read: () => Result, problems: string[]): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

function isOpenToEverybody(environment: Environment, keysFile: string | undefined): boolean {
  const { HOST, PARLANCE_API_KEYS = [], PARLANCE_ADMIN_KEYS = [], PARLANCE_ALLOW_ANONYMOUS } = environment;
  const loopback = HOST === 'localhost' || HOST === '::1' || /^127(?:\.\d{1,3}){3}$/.test(HOST);
  const hasKeys = PARLANCE_API_KEYS.length + PARLANCE_ADMIN_KEYS.length > 0 || keysFile !== undefined;
  return !loopback && !hasKeys && !PARLANCE_ALLOW_ANONYMOUS;
}

function misspelt(values: EnvironmentValues, names: readonly string[]): string[] {
  const unknown = Object.keys(values).filter((name) => name.startsWith('PARLANCE_') && !names.includes(name));
  return unknown.map((name) => {
    const nearest = nearestName(name, names);
    return `${name} is not a setting of Parlance and has no effect${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  });
}
