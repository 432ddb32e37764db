import type { ProviderDefinition } from './provider.js';
import { PROVIDERS, type ProviderName } from './providers.js';

/** One set-up provider: which one, under which name, with which options. */
export interface ProviderAccount {
  /** Unique; what plans, pins and traces call it. */
  name: string;
  provider: ProviderName;
  options: Readonly<Record<string, unknown>>;
}

/** Options that say where requests go. */
const ADDRESS = /url$|^endpoint$|^server$/i;

/**
 * An account with somebody's own options laid over its own. What it proves itself with is left out where `own` names
 * another address: nobody is to be sent the keys of somebody else.
 */
export function withOwnOptions({ name, provider, options }: ProviderAccount, own: ProviderAccount['options']): ProviderAccount {
  const goesElsewhere = Object.entries(own).some(([option, value]) => ADDRESS.test(option) && value !== options[option]);
  const proofs = credentialsOf(provider);
  const kept = Object.entries(options).filter(([option]) => !goesElsewhere || !proofs.includes(option));
  return { name, provider, options: { ...Object.fromEntries(kept), ...own } };
}

/** The options by which accounts of a provider prove who asks. */
export function credentialsOf(provider: ProviderName): readonly string[] {
  const { secrets, credentials = [] } = definitionOf(provider) as PlainDefinition;
  return [...secrets, ...credentials];
}

/**
 * Whether an account proves who asks. `missing`: it has nothing for that, and its vendor takes no request without.
 * `none`: it has nothing, and does without: embedded engines, servers of one's own, the identity of the machine.
 */
export type CredentialState = 'present' | 'missing' | 'none';

export function credentialState({ provider, options }: ProviderAccount): CredentialState {
  const { machineIdentity = false } = definitionOf(provider) as PlainDefinition;
  const proofs = credentialsOf(provider);
  if (proofs.some((option) => options[option] !== undefined)) return 'present';
  const isOnesOwn = Object.keys(options).some((option) => option !== 'server' && ADDRESS.test(option));
  return proofs.length === 0 || machineIdentity || isOnesOwn ? 'none' : 'missing';
}

/** An account that the environment could set up, and what it lacks for that. */
export interface MissingAccount {
  name: string;
  provider: ProviderName;
  /** Variables to set. */
  variables: readonly string[];
}

/** A variable that some provider reads. */
export interface ProviderVariable {
  name: string;
  account: string;
  option: string;
  secret: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The accounts that the vendors' customary variables set up, in the order of the list; an empty value counts as none. */
export function accountsFromEnvironment(environment: Environment): { accounts: ProviderAccount[]; missing: MissingAccount[] } {
  const accounts: ProviderAccount[] = [];
  const missing: MissingAccount[] = [];
  for (const [provider, { accounts: possible }] of definitions()) {
    for (const { name, variables, required, defaults } of possible) {
      const given = Object.entries(variables).flatMap(([option, variable]) => {
        const set = setName(variable, environment);
        return set === undefined ? [] : [[option, environment[set]?.trim()]];
      });
      const options: Record<string, unknown> = { ...defaults, ...(Object.fromEntries(given) as Record<string, unknown>) };
      const lacking = required.filter((option) => options[option] === undefined);
      if (lacking.length === 0) accounts.push({ name, provider, options });
      else missing.push({ name, provider, variables: lacking.map((option) => namesOf(variables[option])[0] ?? option) });
    }
  }
  return { accounts, missing };
}

/** The variables that the options of an account of the environment come from, by option. */
export function accountVariables(name: string, environment: Environment): Record<string, string> {
  const [found] = definitions().flatMap(([, { accounts }]) => accounts.filter((account) => account.name === name));
  const set = Object.entries(found?.variables ?? {}).map(([option, variable]) => [option, setName(variable, environment)] as const);
  return Object.fromEntries(set.flatMap(([option, variable]) => (variable === undefined ? [] : [[option, variable]])));
}

/** Every variable that providers read. */
export function providerVariables(): ProviderVariable[] {
  return definitions().flatMap(([, { accounts, secrets }]) =>
    accounts.flatMap(({ name: account, variables }) =>
      Object.entries(variables).flatMap(([option, variable]) =>
        namesOf(variable).map((name) => ({ name, account, option, secret: secrets.includes(option) })),
      ),
    ),
  );
}

type Variable = string | readonly string[] | undefined;

/** Of several the first that is set; an empty value counts as none. */
function setName(variable: Variable, environment: Environment): string | undefined {
  return namesOf(variable).find((name) => (environment[name]?.trim() ?? '') !== '');
}

function namesOf(variable: Variable): readonly string[] {
  return typeof variable === 'string' ? [variable] : (variable ?? []);
}

interface PlainDefinition {
  secrets: readonly string[];
  credentials?: readonly string[];
  machineIdentity?: boolean;
  builtIn?: boolean;
  accounts: readonly { name: string; variables: Record<string, Variable>; required: readonly string[]; defaults?: object }[];
}

/** The list without the types of the options, which differ from entry to entry. */
function definitions(): [ProviderName, PlainDefinition][] {
  return Object.entries(PROVIDERS as unknown as Record<ProviderName, PlainDefinition>) as [ProviderName, PlainDefinition][];
}

export function definitionOf(provider: ProviderName): ProviderDefinition<object> {
  return PROVIDERS[provider] as unknown as ProviderDefinition<object>;
}
