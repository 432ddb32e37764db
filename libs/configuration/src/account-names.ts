import { MODELS } from '@parlance/agent-runner';
import { vendorNames } from '@parlance/providers';
import type { PlanEntry } from '@parlance/voice';
import type { Environment } from './environment.js';
import type { ConfiguredAccounts } from './parlance-configuration.js';
import { nameOf, readPlan } from './plan-entries.js';

interface Named extends Pick<ConfiguredAccounts, 'tenants' | 'prices'> {
  speechPlan: readonly PlanEntry[];
  transcriptionPlan: readonly PlanEntry[];
  providerAccounts: readonly { name: string }[];
  missingAccounts: ConfiguredAccounts['missing'];
}

/**
 * Names of accounts and vendors that there are not.
 * @param problems found already: a plan that is among them is not looked into
 */
export function nameProblems(environment: Environment, accounts: ConfiguredAccounts, problems: readonly string[]): string[] {
  const planOf = (variable: 'PARLANCE_SPEECH_PLAN' | 'PARLANCE_TRANSCRIPTION_PLAN') =>
    problems.some((problem) => problem.startsWith(variable)) ? [] : readPlan(environment[variable] ?? []);
  const named: Named = {
    speechPlan: planOf('PARLANCE_SPEECH_PLAN'),
    transcriptionPlan: planOf('PARLANCE_TRANSCRIPTION_PLAN'),
    providerAccounts: accounts.accounts.some(({ name }) => name === 'local')
      ? accounts.accounts
      : [...accounts.accounts, { name: 'local' }],
    missingAccounts: accounts.missing,
    tenants: accounts.tenants,
    prices: accounts.prices,
  };
  return [...unknownAccounts(named), ...unknownVendors(named), ...unpricedAccounts(named)];
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
  const known = [...providerAccounts.map(({ name }) => name), ...missingAccounts.map(({ name }) => name), MODELS];
  return Object.keys(prices)
    .filter((name) => !known.includes(name))
    .map((name) => `prices.${name}: there is no provider account '${name}'. There are: ${known.join(', ')}`);
}
