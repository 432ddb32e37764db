import type { DailyBudget, Price, Prices, TenantBudget } from '@parlance/voice';
import { isRecord } from './read-yaml.js';

const BUDGET_UNITS: readonly string[] = ['charactersPerDay', 'secondsPerDay'] satisfies (keyof DailyBudget)[];
const PRICE_UNITS: readonly string[] = [
  'perMillionCharacters',
  'perMinute',
  'perMillionInputTokens',
  'perMillionOutputTokens',
] satisfies (keyof Price)[];

/**
 * Reads what a tenant, and its agents, may use in a day. A problem is added to the list, and the budget is left out.
 *
 *     budget: { charactersPerDay: 100000, secondsPerDay: 3600, agents: { support: { charactersPerDay: 20000 } } }
 */
export function budgetOf(budget: unknown, where: string, problems: string[]): TenantBudget {
  if (!isRecord(budget)) return refuse(`${where} must be a map with ${BUDGET_UNITS.join(', ')} and agents`, problems);
  const { agents = {}, ...ofTenant } = budget;
  if (!isRecord(agents)) return refuse(`${where}.agents must be a map of agents with ${BUDGET_UNITS.join(' and ')} each`, problems);
  const ofAgents = Object.entries(agents).map(([agent, daily]) => [
    agent,
    numbersOf(daily, BUDGET_UNITS, `${where}.agents.${agent}`, problems),
  ]);
  return { ...numbersOf(ofTenant, BUDGET_UNITS, where, problems), agents: Object.fromEntries(ofAgents) as Record<string, DailyBudget> };
}

/**
 * Reads what models cost, by account and model; `*` is every other model of an account.
 *
 *     prices: { openai: { tts-1: { perMillionCharacters: 15 }, whisper-1: { perMinute: 0.006 } } }
 */
export function pricesOf(prices: unknown, problems: string[]): Prices {
  if (!isRecord(prices)) return refuse(`'prices' must be a map of accounts, of models, of ${PRICE_UNITS.join(', ')}`, problems);
  const accounts = Object.entries(prices).map(([account, models]) => {
    const where = `prices.${account}`;
    if (!isRecord(models)) return [account, refuse(`${where} must be a map of models; '*' is every other`, problems)];
    const ofModels = Object.entries(models).map(([model, price]) => [model, numbersOf(price, PRICE_UNITS, `${where}.${model}`, problems)]);
    return [account, Object.fromEntries(ofModels) as Record<string, Price>];
  });
  return Object.fromEntries(accounts) as Prices;
}

/** Reads how often an account may be asked: `limits: { requestsPerMinute: 60 }`. */
export function requestsPerMinuteOf(limits: unknown, where: string, problems: string[]): number | undefined {
  const { requestsPerMinute, ...unknown } = isRecord(limits) ? limits : {};
  if (typeof requestsPerMinute === 'number' && Number.isSafeInteger(requestsPerMinute) && requestsPerMinute >= 1) {
    if (Object.keys(unknown).length === 0) return requestsPerMinute;
  }
  problems.push(`${where} must be a map with requestsPerMinute, a whole number of at least 1, and nothing else`);
  return undefined;
}

function numbersOf(value: unknown, units: readonly string[], where: string, problems: string[]): Record<string, number> {
  const isAmount = ([unit, number]: [string, unknown]) =>
    units.includes(unit) && typeof number === 'number' && Number.isFinite(number) && number >= 0;
  if (isRecord(value) && Object.entries(value).every(isAmount)) return value as Record<string, number>;
  return refuse(`${where} must be a map with ${units.join(', ')}, numbers of at least 0`, problems);
}

function refuse(problem: string, problems: string[]): Record<string, never> {
  problems.push(problem);
  return {};
}
