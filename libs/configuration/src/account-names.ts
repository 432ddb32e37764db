import { GRAPH_MODELS } from '@parlance/agent-runner';
import { abilitiesOf, checkOptions, vendorNames, type Abilities, type ProviderAccount } from '@parlance/providers';
import { nameOf, type PlanEntry } from '@parlance/voice';
import type { ConfigurationFile } from './configuration-file.js';
import type { Environment } from './environment.js';
import type { ConfiguredAccounts } from './parlance-configuration.js';
import { readPlan } from './plan-entries.js';

const LOCAL: ProviderAccount = { name: 'local', provider: 'local', options: {} };

type Plan = readonly PlanEntry[];

interface Named extends Pick<ConfiguredAccounts, 'tenants' | 'prices'> {
  speechPlan: Plan;
  transcriptionPlan: Plan;
  providerAccounts: readonly ProviderAccount[];
  missingAccounts: ConfiguredAccounts['missing'];
}

/**
 * Names of accounts and vendors that there are not, or that cannot do what they are named for.
 * @param problems found already: a plan that is among them is not looked into
 */
export function nameProblems(
  environment: Environment,
  accounts: ConfiguredAccounts,
  problems: readonly string[],
  { located }: Pick<ConfigurationFile, 'located'>,
): string[] {
  const planOf = (variable: 'PARLANCE_SPEECH_PLAN' | 'PARLANCE_TRANSCRIPTION_PLAN') =>
    problems.some((problem) => problem.startsWith(variable)) ? [] : readPlan(environment[variable] ?? []);
  const named: Named = {
    speechPlan: planOf('PARLANCE_SPEECH_PLAN'),
    transcriptionPlan: planOf('PARLANCE_TRANSCRIPTION_PLAN'),
    providerAccounts: accounts.accounts.some(({ name }) => name === 'local') ? accounts.accounts : [...accounts.accounts, LOCAL],
    missingAccounts: accounts.missing,
    tenants: accounts.tenants,
    prices: accounts.prices,
  };
  return [...unknownAccounts(named), ...unableAccounts(named), ...[...unknownVendors(named), ...unpricedAccounts(named)].map(located)];
}

/** A plan that names an account which is not set up would be found out only when it is asked. */
function unknownAccounts({ speechPlan, transcriptionPlan, providerAccounts, missingAccounts }: Named): string[] {
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

/** A plan with an account that cannot do it would fail each time. */
function unableAccounts({ speechPlan, transcriptionPlan, providerAccounts }: Named): string[] {
  const unable = (variable: string, plan: Plan, ability: keyof Abilities, words: string) => {
    const named = providerAccounts.filter(({ name }) => plan.some((entry) => nameOf(entry) === name));
    const names = named.filter((account) => isUsable(account) && !abilitiesOf(account)[ability]).map(({ name }) => name);
    return names.map((name) => `${variable}: the provider account '${name}' does not ${words}. Leave it out`);
  };
  return [
    ...unable('PARLANCE_SPEECH_PLAN', speechPlan, 'speech', 'speak'),
    ...unable('PARLANCE_TRANSCRIPTION_PLAN', transcriptionPlan, 'transcription', 'transcribe'),
  ];
}

/** What is wrong with the others is told elsewhere. */
function isUsable(account: ProviderAccount): boolean {
  return checkOptions(account).problems.length === 0;
}

/** A misspelt vendor would not be kept out. */
function unknownVendors({ tenants, providerAccounts }: Named): string[] {
  const known = [...new Set([...providerAccounts.map(({ name }) => name), ...vendorNames()])];
  return Object.entries(tenants).flatMap(([tenant, { allow = [], deny = [] }]) =>
    [...allow, ...deny]
      .filter((name) => !known.includes(name))
      .map((name) => `tenants.${tenant}: there is no vendor or account '${name}'. There are: ${known.join(', ')}`),
  );
}

/** The price of a misspelt account would never be used. */
function unpricedAccounts({ prices, providerAccounts, missingAccounts }: Named): string[] {
  // Prices of an account whose key is not in this environment are for another.
  const known = [...providerAccounts.map(({ name }) => name), ...missingAccounts.map(({ name }) => name), GRAPH_MODELS];
  return Object.keys(prices)
    .filter((name) => !known.includes(name))
    .map((name) => `prices.${name}: there is no provider account '${name}'. There are: ${known.join(', ')}`);
}
