import type { Usage } from '@parlance/contracts';

export type VoiceOperation = 'speak' | 'transcribe';
/** `chat`: a model that decided for an agent. */
export type UsageOperation = VoiceOperation | 'chat';

/** Who used what. */
export interface UsageName {
  tenant: string;
  /** Empty: no agent. */
  agent: string;
  /** The account. */
  provider: string;
  model: string;
  operation: UsageOperation;
}

/** What was used. Numbers that are left out are none. */
export interface UsageCounts extends Usage {
  /** Whose answer was that of this provider's model, paid for now or (cached, coalesced) otherwise. */
  requests?: number;
  /** Of the requests: served from the cache. */
  cached?: number;
  /** Of the requests: shared with an equal one that pays. */
  coalesced?: number;
  /** Calls to the provider that came to nothing, or broke off. */
  failed?: number;
}

/** What one unit costs, in a currency of your choice; a unit without a price is unknown, not free. */
export interface Price {
  perMillionCharacters?: number;
  /** Of audio. */
  perMinute?: number;
  perMillionInputTokens?: number;
  perMillionOutputTokens?: number;
}

/** account -> model (`*`: every other) -> price. */
export type Prices = Readonly<Record<string, Readonly<Record<string, Price>>>>;

/** What may be used in one UTC day; without a number there is no limit. */
export interface DailyBudget {
  /** Of texts spoken. */
  charactersPerDay?: number;
  /** Of recordings transcribed. */
  secondsPerDay?: number;
}

/** Of a tenant as a whole, and of some of its agents within that. */
export interface TenantBudget extends DailyBudget {
  agents?: Readonly<Record<string, DailyBudget>>;
}
