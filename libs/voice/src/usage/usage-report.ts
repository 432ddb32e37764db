import { costOf } from './prices.js';
import type { Prices, UsageCounts, UsageName } from './usage.types.js';

export const USAGE_GROUPS = ['day', 'tenant', 'agent', 'provider', 'model', 'operation'] as const;
export type UsageGroup = (typeof USAGE_GROUPS)[number];

/** Usage of one group; of its names only those that it was grouped by are there. */
export interface UsageRow extends Required<UsageCounts> {
  /** UTC. */
  day?: string;
  tenant?: string;
  /** `null`: no agent was named. */
  agent?: string | null;
  provider?: string;
  model?: string;
  operation?: UsageName['operation'];
  /** In the currency of the configured prices; `null` when one of them is not known. */
  cost: number | null;
}

export interface DayUsage {
  day: string;
  name: UsageName;
  counts: UsageCounts;
}

const NOTHING: Required<UsageCounts> = {
  requests: 0,
  characters: 0,
  seconds: 0,
  inputTokens: 0,
  outputTokens: 0,
  cached: 0,
  coalesced: 0,
  failed: 0,
};
const UNITS = Object.keys(NOTHING) as (keyof UsageCounts)[];

/** Adds up what has the same names and, where it is asked for, the same day; sorted by these. */
export function groupUsage(usage: readonly DayUsage[], groupBy: readonly UsageGroup[], prices: Prices): UsageRow[] {
  const rows = new Map<string, UsageRow>();
  for (const { day, name, counts } of usage) {
    const named = namesOf({ day, ...name }, groupBy);
    const key = JSON.stringify(Object.values(named));
    const row = rows.get(key) ?? { ...named, ...NOTHING, cost: 0 };
    for (const unit of UNITS) row[unit] += counts[unit] ?? 0;
    const cost = costOf(prices, name, counts);
    row.cost = row.cost === null || cost === null ? null : row.cost + cost;
    rows.set(key, row);
  }
  return [...rows]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => ({ ...row, seconds: rounded(row.seconds, 1000), cost: row.cost === null ? null : rounded(row.cost, 1e9) }));
}

function namesOf(all: Omit<DayUsage, 'name' | 'counts'> & UsageName, groupBy: readonly UsageGroup[]): Pick<UsageRow, UsageGroup> {
  const names = USAGE_GROUPS.filter((group) => groupBy.includes(group)).map((group) => [group, all[group] === '' ? null : all[group]]);
  return Object.fromEntries(names) as Pick<UsageRow, UsageGroup>;
}

/** Sums of fractions have tails of their own. */
function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
