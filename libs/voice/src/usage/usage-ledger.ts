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
const COUNTED: readonly (keyof UsageCounts)[] = ['requests', 'cached', 'coalesced', 'failed'];
const USED: readonly (keyof UsageCounts)[] = ['characters', 'seconds', 'inputTokens', 'outputTokens'];
const UNITS = [...COUNTED, ...USED];

/** Under what each unit is counted. */
type Fields = ReadonlyMap<keyof UsageCounts, string>;

/** What was used, by who used it and UTC day: over all processes where there is Redis, and since the start where there is none. */
@Injectable()
export class UsageLedger {
  /** The fields of a name, by unit: to put them together anew for every request took longer than to count. */
  private readonly known = new Map<string, Fields>();
  private knownDay = '';

  constructor(
    private readonly counts: SharedCounts,
    @Inject(VOICE_OPTIONS) private readonly options: VoiceModuleOptions,
    @Optional() private readonly observers?: VoiceObservers,
  ) {}

  /** Adds to today's usage; a number may be negative. Nobody waits for it, and it never fails. */
  count(name: UsageName, used: UsageCounts): void {
    const day = dayOf(Date.now());
    this.counts.add(keyOf(day), deltasOf(this.fieldsOf(name, day), used));
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

  private fieldsOf(name: UsageName, day: string): Fields {
    if (this.knownDay !== day) {
      this.knownDay = day;
      this.known.clear();
    }
    const text = namesOf(name);
    if (this.known.has(text) || this.known.size < MOST_NAMES) return this.fieldsUnder(text);
    return this.fieldsUnder(namesOf({ ...name, tenant: OTHERS, agent: OTHERS, model: OTHERS }));
  }

  private fieldsUnder(text: string): Fields {
    let fields = this.known.get(text);
    if (fields === undefined) {
      fields = new Map(UNITS.map((unit) => [unit, `${unit === 'seconds' ? 'milliseconds' : unit} ${text}`]));
      this.known.set(text, fields);
    }
    return fields;
  }
}

/** The braces keep what belongs to a day in one place of a cluster. */
function keyOf(day: string): string {
  return `parlance:usage:{${day}}`;
}

/** Totals are whole numbers. */
function deltasOf(fields: Fields, used: UsageCounts): ReadonlyMap<string, number> {
  const deltas = new Map<string, number>();
  for (const unit of UNITS) {
    const number = used[unit];
    const whole = number === undefined ? 0 : Math.round(unit === 'seconds' ? number * MILLISECONDS : number);
    if (whole !== 0) deltas.set(fields.get(unit)!, whole);
  }
  return deltas;
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
