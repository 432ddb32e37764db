import { SharedCounts } from '@parlance/cache';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { VoiceObservers } from '../observation/voice-observers.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { dayOf, daysBetween } from './day.js';
import { costOf } from './prices.js';
import { groupUsage, type UsageGroup, type UsageRow } from './usage-report.js';
import type { UsageCounts, UsageName } from './usage.types.js';

/** Which usage, and by what it is added up. */
export interface UsageQuery {
  /** UTC days such as `2026-11-25`, both included. */
  from: string;
  to: string;
  groupBy: readonly UsageGroup[];
  tenant?: string;
  agent?: string;
}

/** Callers may invent tenants, agents and models: beyond so many in a day they are counted together. */
const MOST_NAMES = 10_000;
const OTHERS = '(others)';
const MILLISECONDS = 1000;

/** What was used, by who used it and UTC day: over all processes where there is Redis, and since the start where there is none. */
@Injectable()
export class UsageLedger {
  private readonly known = new Set<string>();
  private knownDay = '';

  constructor(
    private readonly counts: SharedCounts,
    @Inject(VOICE_OPTIONS) private readonly options: VoiceModuleOptions,
    @Optional() private readonly observers?: VoiceObservers,
  ) {}

  /** Adds to today's usage; a number may be negative. Nobody waits for it, and it never fails. */
  count(name: UsageName, used: UsageCounts): void {
    const day = dayOf(Date.now());
    const text = this.textOf(name, day);
    const { seconds, ...others } = used;
    // Totals are whole numbers.
    const whole = { ...others, milliseconds: seconds === undefined ? undefined : Math.round(seconds * MILLISECONDS) };
    const deltas = Object.entries(whole).flatMap(([unit, number]): [string, number][] =>
      number === undefined || number === 0 ? [] : [[`${unit} ${text}`, Math.round(number)]],
    );
    this.counts.add(keyOf(day), new Map(deltas));
    this.observers?.tell({ type: 'usage', name, counts: used });
  }

  /** @throws ParlanceError `unavailable` while Redis, which has the numbers, is away */
  async report({ from, to, groupBy, tenant, agent }: UsageQuery): Promise<UsageRow[]> {
    const days = await Promise.all(daysBetween(from, to).map(async (day) => ({ day, rows: rowsOf(await this.counts.read(keyOf(day))) })));
    const wanted = days.flatMap(({ day, rows }) =>
      rows
        .filter(({ name }) => (tenant === undefined || name.tenant === tenant) && (agent === undefined || name.agent === agent))
        .map((row) => ({ day, ...row })),
    );
    return groupUsage(wanted, groupBy, this.options.prices ?? {});
  }

  /** What so much of a model costs; `null` when its price is not known. */
  costOf(model: Pick<UsageName, 'provider' | 'model'>, used: UsageCounts): number | null {
    return costOf(this.options.prices ?? {}, model, used);
  }

  private textOf(name: UsageName, day: string): string {
    if (this.knownDay !== day) {
      this.knownDay = day;
      this.known.clear();
    }
    const text = namesOf(name);
    if (this.known.has(text)) return text;
    if (this.known.size >= MOST_NAMES) return namesOf({ ...name, tenant: OTHERS, agent: OTHERS, model: OTHERS });
    this.known.add(text);
    return text;
  }
}

/** The braces keep what belongs to a day in one place of a cluster. */
function keyOf(day: string): string {
  return `parlance:usage:{${day}}`;
}

function namesOf({ tenant, agent, provider, model, operation }: UsageName): string {
  return JSON.stringify([tenant, agent, provider, model, operation]);
}

function rowsOf(totals: ReadonlyMap<string, number>): { name: UsageName; counts: UsageCounts }[] {
  const rows = new Map<string, Record<string, number>>();
  for (const [field, total] of totals) {
    const at = field.indexOf(' ');
    const [unit, text] = [field.slice(0, at), field.slice(at + 1)];
    const counts = rows.get(text) ?? {};
    if (unit === 'milliseconds') counts['seconds'] = total / MILLISECONDS;
    else counts[unit] = total;
    rows.set(text, counts);
  }
  return [...rows].map(([text, counts]) => ({ name: nameOf(text), counts }));
}

function nameOf(text: string): UsageName {
  const [tenant, agent, provider, model, operation] = JSON.parse(text) as [string, string, string, string, UsageName['operation']];
  return { tenant, agent, provider, model, operation };
}
