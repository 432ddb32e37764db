import { definitionOf, type ProviderAccount } from './accounts.js';

/** The announced end of a model. */
export interface Retirement {
  /** A provider's name, or the `server` of an openai-compatible one. */
  vendor: string;
  model: string;
  /** The day (`YYYY-MM-DD`, UTC) from which it answers no more. */
  retires: string;
  /** What to ask for instead, in words. */
  successor?: string;
}

/** A model that is configured and will end, or has ended. */
export interface RetiringModel extends Retirement {
  account: string;
  /** Whole days left; negative: it has ended. */
  daysLeft: number;
}

/** Whose models and voices an account has: the vendor's, or those of the `server` of an openai-compatible one. */
export function vendorOf({ provider, options }: ProviderAccount): string {
  // An account that names no server has the one that is the default.
  const server = options['server'] ?? (new (definitionOf(provider).options)() as { server?: unknown }).server;
  return typeof server === 'string' ? server : provider;
}

export function retirementOf(retirements: readonly Retirement[], account: ProviderAccount, model: string): Retirement | undefined {
  const vendor = vendorOf(account);
  return retirements.find((retirement) => retirement.vendor === vendor && retirement.model === model);
}

export function daysUntil(day: string, now: Date): number {
  return Math.floor((Date.parse(`${day}T00:00:00Z`) - now.getTime()) / 86_400_000);
}

/** One line for the log and for people. */
export function describeRetirement({ account, model, retires, successor, daysLeft }: RetiringModel): string {
  const when =
    daysLeft < 0 ? `was shut down by its vendor on ${retires}` : `will be shut down by its vendor on ${retires}, in ${daysLeft} days`;
  return `The model ${account}/${model} ${when}.${successor === undefined ? '' : ` Its successor is ${successor}.`}`;
}
