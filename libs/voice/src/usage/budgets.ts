import { SharedCounts, type Claim } from '@parlance/cache';
import { ParlanceError } from '@parlance/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { dayOf, nextDay } from './day.js';
import type { DailyBudget, UsageName, VoiceOperation } from './usage.types.js';

/** Who spends. */
export type Spender = Pick<UsageName, 'tenant' | 'agent'> & { operation: VoiceOperation };

/** What was taken out of a budget before it is known what is used. */
export interface Reservation {
  /** Says what was really used, in characters or seconds: the rest is given back. May be said again when more comes. */
  settle(used: number): void;
}

interface Unit {
  limitOf: (budget: DailyBudget) => number | undefined;
  /** Totals are whole numbers: seconds are counted in milliseconds. */
  scale: number;
  word: string;
}

const UNITS: Readonly<Record<VoiceOperation, Unit>> = {
  speak: { limitOf: ({ charactersPerDay }) => charactersPerDay, scale: 1, word: 'characters' },
  transcribe: { limitOf: ({ secondsPerDay }) => secondsPerDay, scale: 1000, word: 'seconds' },
};

/** What tenants and their agents may use in one UTC day, over all processes. */
@Injectable()
export class Budgets {
  constructor(
    private readonly counts: SharedCounts,
    @Inject(VOICE_OPTIONS) private readonly options: VoiceModuleOptions,
  ) {}

  /**
   * @param amount characters, or seconds of a recording
   * @returns `undefined` where there is no budget
   * @throws ParlanceError `quota` (`budget_exceeded`) when it does not fit into what is left
   */
  async reserve(spender: Spender, amount: number): Promise<Reservation | undefined> {
    const unit = UNITS[spender.operation];
    const whole = (units: number) => Math.ceil(scaled(units, unit));
    const claims = this.claims(spender, whole(amount), unit);
    if (claims.length === 0) return undefined;
    const now = Date.now();
    const key = `parlance:budget:{${dayOf(now)}}`;
    const claimed = await this.counts.claim(key, claims);
    if (!claimed.granted) {
      const whose = claimed.claim === claims.at(-1) && claims.length > 1 ? 'agent' : this.ownerOf(spender, unit);
      const [limit = 0, left = 0, needed = 0] = [claimed.claim.limit, claimed.left, whole(amount)].map((counted) => counted / unit.scale);
      throw exceeded({ whose, limit, left, needed, word: unit.word }, now);
    }
    let taken = whole(amount);
    return {
      settle: (used) => {
        const delta = whole(used) - taken;
        taken += delta;
        if (delta !== 0) this.counts.add(key, new Map(claims.map(({ field }) => [field, delta])));
      },
    };
  }

  /** The same for those who spend out of the same budgets, and for nobody else. */
  purseOf({ tenant, agent }: Omit<Spender, 'operation'>): string {
    const isOwn = Object.keys(this.budgetsOf(tenant, agent).ofAgent).length > 0;
    return JSON.stringify(isOwn ? [tenant, agent] : [tenant]);
  }

  private claims({ tenant, agent, operation }: Spender, amount: number, unit: Unit): Claim[] {
    const { ofTenant, ofAgent } = this.budgetsOf(tenant, agent);
    const claim = (budget: DailyBudget, names: readonly string[]): Claim[] => {
      const limit = unit.limitOf(budget);
      return limit === undefined ? [] : [{ field: JSON.stringify([operation, ...names]), amount, limit: Math.floor(scaled(limit, unit)) }];
    };
    return [...claim(ofTenant, [tenant]), ...claim(ofAgent, [tenant, agent])];
  }

  private ownerOf({ tenant, agent }: Spender, { limitOf }: Unit): 'agent' | 'tenant' {
    return limitOf(this.budgetsOf(tenant, agent).ofTenant) === undefined ? 'agent' : 'tenant';
  }

  private budgetsOf(tenant: string, agent: string): { ofTenant: DailyBudget; ofAgent: DailyBudget } {
    const { budgets = {} } = this.options;
    const { agents = {}, ...ofTenant } = (Object.hasOwn(budgets, tenant) ? budgets[tenant] : budgets['*']) ?? {};
    return { ofTenant, ofAgent: (Object.hasOwn(agents, agent) ? agents[agent] : undefined) ?? {} };
  }
}

/** Without the tail that a product of fractions may have: 16.1 seconds are 16100 milliseconds, and not 16100.000000000002. */
function scaled(units: number, { scale }: Unit): number {
  return Number((units * scale).toPrecision(15));
}

interface Exceeded {
  whose: 'agent' | 'tenant';
  limit: number;
  left: number;
  needed: number;
  word: string;
}

function exceeded({ whose, limit, left, needed, word }: Exceeded, now: number): ParlanceError {
  const anew = nextDay(now);
  const message =
    `The budget of this ${whose} is ${limit} ${word} a day: ${left} are left, and this request needs ${needed}. ` +
    `It begins anew at ${new Date(anew).toISOString()}; ask for less, or have the budget raised.`;
  return new ParlanceError('quota', message, { reason: 'budget_exceeded', retryAfterSeconds: Math.ceil((anew - now) / 1000) });
}
