import { isRecord } from '@parlance/agent-runner';
import { accountVariables, effectiveOptions, type Abilities, type ProviderAccount } from '@parlance/providers';
import { resolve } from 'node:path';
import type { AccessKey } from './access-key.js';
import { readKeysFile } from './keys-file.js';
import { ConfigurationError } from './configuration-error.js';
import { defaultPlans } from './default-plans.js';
import type { EnvironmentValues, ReadConfiguration } from './load-configuration.js';
import { LOCAL_VARIABLES, type ParlanceConfiguration } from './parlance-configuration.js';
import { projectFile } from './project-file.js';
import { HIDDEN, redisPlace, withoutCredentials } from './redact.js';
import { environmentVariables } from './variable-lists.js';

/** What a single value can be. `null`: it is not set, and nothing stands for it. */
export type Plain = string | number | boolean | null | readonly Plain[];

/** A value as it may be shown: a secret is `***` already. */
export class SourcedValue {
  constructor(
    readonly value: Plain,
    /** `default`, `file`, or `environment NAME`. */
    readonly source: string,
  ) {}
}

/** A part of the configuration. */
export type ConfigurationPart = SourcedValue | readonly ConfigurationPart[] | { readonly [name: string]: ConfigurationPart };

/** An account; the values of its secrets are hidden, and where they are from is told. */
export type AccountPart = {
  readonly name: SourcedValue;
  readonly provider: SourcedValue;
  readonly options: Readonly<Record<string, SourcedValue>>;
  readonly limits?: ConfigurationPart;
};

/** Variables, files and defaults as a process would use them, without the secrets. */
export interface EffectiveConfiguration {
  variables: Readonly<Record<string, SourcedValue>>;
  servers: Readonly<Record<string, SourcedValue>>;
  plans: Readonly<Record<keyof Abilities, SourcedValue>>;
  /** In the order in which they are planned. */
  providers: readonly AccountPart[];
  tenants: ConfigurationPart;
  prices: ConfigurationPart;
  /** Absolute. `null`: there is none. */
  files: Readonly<Record<string, SourcedValue>>;
  keys: readonly ConfigurationPart[];
}

/** What was read, with where variables are from that are not from the environment. */
type Read = ReadConfiguration & { sources: Readonly<Record<string, string>> };

/**
 * @param values that were read
 * @param sources where a variable is from that is not from the environment, by its name
 * @throws ConfigurationError with every problem at once
 */
export function effectiveConfiguration(
  found: ReadConfiguration,
  values: EnvironmentValues,
  sources: Readonly<Record<string, string>> = {},
): EffectiveConfiguration {
  const read = { ...found, sources };
  const { configuration, file } = read;
  if (configuration === undefined) throw new ConfigurationError(read.problems, read.warnings);
  const { redisUrl } = configuration;
  const able = defaultPlans(configuration);
  return {
    variables: variableValues(read),
    servers: { redis: new SourcedValue(redisUrl === undefined ? null : redisPlace(redisUrl), sourceOf('REDIS_URL', read)) },
    plans: {
      speech: planValue('PARLANCE_SPEECH_PLAN', configuration.speechPlan !== undefined, able.speech, read),
      transcription: planValue('PARLANCE_TRANSCRIPTION_PLAN', configuration.transcriptionPlan !== undefined, able.transcription, read),
    },
    providers: configuration.providerAccounts.map((account) => accountValues(account, read, values)),
    tenants: fromFile(tenantsOf(configuration)),
    prices: fromFile(configuration.prices),
    files: fileNames(configuration, read, file?.path),
    keys: allKeys(configuration).map(keyValues),
  };
}

function tenantsOf({ tenants, budgets }: ParlanceConfiguration): Record<string, unknown> {
  const whole = Object.entries(tenants).map(([name, policy]) => {
    const budget = budgets[name] ?? {};
    return [name, { ...policy, ...(Object.keys(budget).length > 0 && { budget }) }] as const;
  });
  return Object.fromEntries(whole);
}

function planValue(
  variable: 'PARLANCE_SPEECH_PLAN' | 'PARLANCE_TRANSCRIPTION_PLAN',
  isGiven: boolean,
  all: readonly string[],
  read: Read,
): SourcedValue {
  return isGiven ? new SourcedValue(read.environment[variable] ?? [], sourceOf(variable, read)) : new SourcedValue(all, 'default');
}

/** Those of the environment, and those of the file. */
export function allKeys({ apiKeys, keysFile }: ParlanceConfiguration): (AccessKey & { source: string })[] {
  const ofFile = keysFile === undefined ? [] : readKeysFile(keysFile);
  return [
    ...apiKeys.map((key) => ({ ...key, source: `environment ${key.name.replace(/-\d+$/, '')}` })),
    ...ofFile.map((key) => ({ ...key, source: 'file' })),
  ];
}

function variableValues(read: Read): Record<string, SourcedValue> {
  const values = read.environment as unknown as Record<string, unknown>;
  const shown = environmentVariables().map(({ name, secret }) => [
    name,
    new SourcedValue(show(values[name], secret), sourceOf(name, read)),
  ]);
  return Object.fromEntries(shown) as Record<string, SourcedValue>;
}

function sourceOf(variable: string, { given, sources }: Read): string {
  return given.includes(variable) ? (sources[variable] ?? `environment ${variable}`) : 'default';
}

function accountValues(account: ProviderAccount, { file }: Read, values: EnvironmentValues): AccountPart {
  const { name, provider } = account;
  const written = file?.written.find((one) => one.account === account);
  const ofEnvironment: Record<string, string> = name === 'local' ? LOCAL_VARIABLES : accountVariables(name, values);
  const variables = written?.references ?? ofEnvironment;
  const sourceOfOption = (option: string) => {
    if (!Object.hasOwn(account.options, option)) return 'default';
    if (variables[option] !== undefined) return `environment ${variables[option]}`;
    return written === undefined ? 'default' : 'file';
  };
  const options = effectiveOptions(account).map((option) => [
    option.name,
    new SourcedValue(show(option.value, option.secret), sourceOfOption(option.name)),
  ]);
  const source = written === undefined ? (provider === 'local' ? 'default' : 'environment') : 'file';
  return {
    name: new SourcedValue(name, source),
    provider: new SourcedValue(provider, source),
    options: Object.fromEntries(options) as Record<string, SourcedValue>,
    ...(written?.limits !== undefined && { limits: fromFile(written.limits) }),
  };
}

function fileNames(configuration: ParlanceConfiguration, read: Read, configFile: string | undefined) {
  const named = (path: string | undefined, variable: string) => new SourcedValue(path ?? null, sourceOf(variable, read));
  const shipped = (path: string | undefined, name: string, variable: string) =>
    named(path === undefined ? projectFile(name) : resolve(path), variable);
  return {
    configuration: named(configFile, 'PARLANCE_CONFIG_FILE'),
    keys: named(configuration.keysFile, 'PARLANCE_KEYS_FILE'),
    voices: shipped(configuration.voicesFile, 'voices.yaml', 'PARLANCE_VOICES_FILE'),
    models: shipped(configuration.modelsFile, 'models.yaml', 'PARLANCE_MODELS_FILE'),
    retirements: shipped(configuration.retirementsFile, 'retirements.yaml', 'PARLANCE_RETIREMENTS_FILE'),
    agents: named(configuration.agents.directory, 'PARLANCE_AGENTS_DIR'),
    data: named(configuration.dataDirectory, 'PARLANCE_DATA_DIR'),
  };
}

function keyValues({ name, scopes, tenant, requestsPerMinute, expires, source }: AccessKey & { source: string }): ConfigurationPart {
  const shown = { name, hash: HIDDEN, scopes, tenant, requestsPerMinute, expires: isoTime(expires) };
  const given = Object.entries(shown).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([field, value]) => [field, new SourcedValue(show(value, false), source)]));
}

function isoTime(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();
}

/** Every value in what was read from the file. */
function fromFile(value: unknown): ConfigurationPart {
  if (!isRecord(value)) return new SourcedValue(show(value, false), 'file');
  const given = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(given.map(([name, part]) => [name, fromFile(part)]));
}

/** The only way of a value into what is shown. */
function show(value: unknown, secret: boolean): Plain {
  if (value === undefined || value === null) return null;
  if (secret) return HIDDEN;
  if (typeof value === 'string') return withoutCredentials(value);
  if (Array.isArray(value)) return value.map((part: unknown) => show(part, secret));
  return typeof value === 'number' || typeof value === 'boolean' ? value : HIDDEN;
}
