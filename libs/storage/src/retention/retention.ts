import { InvalidRequestError, type StoredObject } from '@parlance/contracts';
import { CACHE_PREFIX, ownerPrefix } from '../object-key.js';

/** How long stored audio is kept. */
export interface RetentionOptions {
  /** Whole days since it was stored; 0: for ever. */
  days: number;
  /** Agents whose audio is kept for fewer days than that. */
  agents?: readonly AgentRetention[];
  /** Whole days for what lies there only for the cache, 1-36500; default: for ever. */
  cacheDays?: number;
}

export interface AgentRetention {
  /** Default `default`. */
  tenant?: string;
  agent: string;
  /** Whole days, at least 1. */
  days: number;
}

/** Objects whose keys begin so are kept for so many days. */
export interface RetentionRule {
  /** Ends in `/`. */
  prefix: string;
  days: number;
}

const KINDS = ['speech', 'recording'] as const;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const LONGEST_DAYS = 36_500;
/** Stores take a thousand rules for a bucket, two of them for each agent. */
const MOST_AGENTS = 400;

/** Says when stored audio ends. */
export class Retention {
  private current: readonly RetentionRule[];
  private listener: (() => void) | undefined;

  /** @throws InvalidRequestError */
  constructor(private readonly options: RetentionOptions) {
    const { days, agents = [], cacheDays } = options;
    checkDays(days, 0, LONGEST_DAYS, 'An object is kept for 0 (for ever) to 36500 whole days.');
    if (cacheDays !== undefined) checkDays(cacheDays, 1, LONGEST_DAYS, 'What the cache stores is kept for 1 to 36500 whole days.');
    // Where several rules are for an object, stores go by the shortest time.
    for (const agent of agents) {
      checkDays(agent.days, 1, this.mostDays, 'An agent can only shorten how long audio is kept, to one day at least.');
    }
    if (agents.length > MOST_AGENTS) throw invalid(`At most ${MOST_AGENTS} agents can have a retention of their own.`);
    this.current = this.rulesWith(agents);
  }

  get rules(): readonly RetentionRule[] {
    return this.current;
  }

  /**
   * Agents that come and go while the process runs, beside those it was made with. One that wants its audio kept longer
   * than all other is kept as long as all other; of more than 400 in all the last ones are.
   */
  setAgents(agents: readonly AgentRetention[]): void {
    const shortened = agents.map((agent) => ({ ...agent, days: Math.min(agent.days, this.mostDays) }));
    const rules = this.rulesWith([...(this.options.agents ?? []), ...shortened].slice(0, MOST_AGENTS));
    if (JSON.stringify(rules) === JSON.stringify(this.current)) return;
    this.current = rules;
    this.listener?.();
  }

  /** @param listener told when the rules are others than before */
  onChange(listener: () => void): void {
    this.listener = listener;
  }

  /** Unix time in milliseconds after which an object may be deleted; infinite: never. */
  endOf({ key, createdAt }: Pick<StoredObject, 'key' | 'createdAt'>): number {
    const rule = this.rules.find(({ prefix }) => key.startsWith(prefix));
    return rule === undefined ? Number.POSITIVE_INFINITY : createdAt.getTime() + rule.days * DAY_MILLISECONDS;
  }

  private get mostDays(): number {
    return this.options.days === 0 ? LONGEST_DAYS : this.options.days;
  }

  private rulesWith(agents: readonly AgentRetention[]): readonly RetentionRule[] {
    const { days, cacheDays } = this.options;
    const special = new Map<string, RetentionRule>();
    for (const { tenant = 'default', agent, days: own } of agents) {
      for (const prefix of KINDS.map((kind) => ownerPrefix(kind, tenant, agent))) {
        // Named twice, by the application and by its file: stores take one rule for a prefix, and the shortest time stands.
        special.set(prefix, { prefix, days: Math.min(own, special.get(prefix)?.days ?? own) });
      }
    }
    const general = days === 0 ? [] : KINDS.map((kind) => ({ prefix: `voice/${kind}/`, days }));
    return [...special.values(), ...general, ...(cacheDays === undefined ? [] : [{ prefix: CACHE_PREFIX, days: cacheDays }])];
  }
}

function checkDays(days: number, from: number, to: number, message: string): void {
  if (!Number.isInteger(days) || days < from || days > to) throw invalid(message);
}

function invalid(message: string): InvalidRequestError {
  return new InvalidRequestError(message, 'retention');
}
