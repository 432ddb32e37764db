import { accountVariables, accountsFromEnvironment, checkOptions, type ProviderAccount } from '@parlance/providers';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nameProblems } from './account-names.js';
import { readModelAliases, readVoiceAliases } from './aliases.js';
import { readConfigurationFile, type ConfigurationFile } from './configuration-file.js';
import { ConfigurationError } from './configuration-error.js';
import { Environment } from './environment.js';
import { readKeysFile } from './keys-file.js';
import { nearestName } from './nearest-name.js';
import { ParlanceConfiguration, type ConfiguredAccounts } from './parlance-configuration.js';
import { readRetirements } from './retirements.js';
import { serverProblems } from './servers.js';
import { tracingWarnings } from './tracing-environment.js';
import { environmentVariables } from './variable-lists.js';

export type EnvironmentValues = Readonly<Record<string, string | undefined>>;

/** What was read, whether it can be used or not. */
export interface ReadConfiguration {
  /** Everything that is wrong, each with its variable or its file; no value of a secret is in it. */
  problems: readonly string[];
  /** What was given and has no effect. */
  warnings: readonly string[];
  /** Absent exactly where there are problems. */
  configuration?: ParlanceConfiguration;
  /** The variables with their defaults; some may be wrong. */
  environment: Environment;
  /** The variables that are set. */
  given: readonly string[];
  /** Absent: it cannot be read. */
  file: ConfigurationFile | undefined;
}

/**
 * Reads the settings from environment variables; an empty value counts as none. Beside them only the files they
 * name are read.
 * @throws ConfigurationError with every problem at once.
 */
export function loadConfiguration(values: EnvironmentValues): ParlanceConfiguration {
  const { configuration, problems, warnings } = readConfiguration(values);
  if (configuration === undefined) throw new ConfigurationError(problems, warnings);
  return configuration;
}

/** The same without an end at problems: for whoever wants to tell of them, and of everything else. */
export function readConfiguration(values: EnvironmentValues): ReadConfiguration {
  const names = environmentVariables().map(({ name }) => name);
  const given = Object.fromEntries(names.filter((name) => (values[name] ?? '').trim() !== '').map((name) => [name, values[name]?.trim()]));
  const environment = plainToInstance(Environment, given, { exposeDefaultValues: true });
  const problems = [...valueProblems(environment), ...togetherProblems(environment), ...serverProblems(environment)];
  const keysFile = keysFileOf(environment);
  problems.push(...fileProblems(environment, keysFile));
  const file = attempt(() => readConfigurationFile(environment.PARLANCE_CONFIG_FILE, values), problems);
  problems.push(...(file?.problems ?? []));
  const accounts = accountsOf(file, values);
  problems.push(...optionProblems(file, accounts.accounts, values));
  // What names a broken account is not to blame for it.
  if (file?.problems.length === 0) problems.push(...nameProblems(environment, accounts, problems, file));
  const told = [...new Set(problems)];
  const warnings = [...misspelt(values, names), ...tracingWarnings(environment, values)];
  const read = { problems: told, warnings, environment, given: Object.keys(given), file };
  if (told.length > 0) return read;
  return { ...read, configuration: new ParlanceConfiguration(environment, accounts, warnings, values, keysFile) };
}

function valueProblems(environment: Environment): string[] {
  return validateSync(environment).map(({ property, constraints = {} }) => {
    // The rules are known from the last to the first.
    const words = Object.values(constraints).toReversed();
    return `${property}: ${words.map((text) => text.replace(new RegExp(`^${property} `), '')).join('; ')}`;
  });
}

/** What is wrong with variables beside each other. */
function togetherProblems(environment: Environment): string[] {
  const problems: string[] = [];
  if (isOpenToEverybody(environment)) {
    problems.push(
      'HOST: without PARLANCE_API_KEYS only a loopback address (127.0.0.1, ::1, localhost) is listened on, because anybody who ' +
        'reaches the server could use it. Set PARLANCE_API_KEYS, or PARLANCE_ALLOW_ANONYMOUS=true if that is wanted',
    );
  }
  if (environment.PARLANCE_METRICS_PORT === environment.PORT && environment.PORT !== 0) {
    problems.push('PARLANCE_METRICS_PORT: must be another port than PORT. Leave it out to have /metrics on PORT, with an API key');
  }
  return problems;
}

/** The file's accounts come first; one of the same name stands for the environment's. */
function accountsOf(file: ConfigurationFile | undefined, values: EnvironmentValues): ConfiguredAccounts {
  const { written = [], tenants = {}, budgets = {}, prices = {}, providerLimits = {} } = file ?? {};
  const { accounts, missing } = accountsFromEnvironment(values);
  const isWritten = ({ name }: { name: string }) => written.some(({ account }) => account.name === name);
  return {
    accounts: [...written.map(({ account }) => account), ...accounts.filter((one) => !isWritten(one))],
    missing: missing.filter((one) => !isWritten(one)),
    tenants,
    budgets,
    prices,
    providerLimits,
  };
}

/** What is wrong with the options of accounts, by the line or the variable that each comes from. */
function optionProblems(file: ConfigurationFile | undefined, accounts: readonly ProviderAccount[], values: EnvironmentValues): string[] {
  return accounts.flatMap((account) => {
    const written = file?.written.find((one) => one.account === account);
    const variables = written === undefined ? accountVariables(account.name, values) : {};
    return checkOptions(account).problems.flatMap(({ option, problem }) => {
      if (file === undefined || written === undefined) return [`${variables[option] ?? account.name}: ${option} ${problem}`];
      // That the variable is not set has been told.
      const isLacking = written.references[option] !== undefined && account.options[option] === undefined;
      return isLacking ? [] : [file.located(`${written.where}.options.${option} ${problem}`)];
    });
  });
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
  attempt(() => readVoiceAliases(voices), problems);
  attempt(() => readModelAliases(models), problems);
  attempt(() => readRetirements(retirements), problems);
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

function isOpenToEverybody(environment: Environment): boolean {
  const { HOST, PARLANCE_API_KEYS = [], PARLANCE_ADMIN_KEYS = [], PARLANCE_ALLOW_ANONYMOUS } = environment;
  const loopback = HOST === 'localhost' || HOST === '::1' || /^127(?:\.\d{1,3}){3}$/.test(HOST);
  const hasKeys = PARLANCE_API_KEYS.length + PARLANCE_ADMIN_KEYS.length > 0 || keysFileOf(environment) !== undefined;
  return !loopback && !hasKeys && !PARLANCE_ALLOW_ANONYMOUS;
}

/** Where the examples find the gateway: it may well stand in the environment of one, too. */
const OF_CLIENTS = 'PARLANCE_URL';

function misspelt(values: EnvironmentValues, names: readonly string[]): string[] {
  const unknown = Object.keys(values).filter((name) => name.startsWith('PARLANCE_') && !names.includes(name) && name !== OF_CLIENTS);
  return unknown.map((name) => {
    const nearest = nearestName(name, names);
    return `${name} is not a setting of Parlance and has no effect${nearest === undefined ? '' : `; did you mean ${nearest}?`}`;
  });
}
