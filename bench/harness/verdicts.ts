import { markdownTable } from './markdown.js';
import { median } from './rounds.js';

/** A number that was promised, next to what came out. */
export interface Verdict {
  name: string;
  /** NaN where it could not be measured. */
  value: number;
  unit: string;
  target: number;
  bound: 'atLeast' | 'atMost';
  reached: boolean;
  /** What `value` is the median of. */
  raw: readonly number[];
}

type Claim = Pick<Verdict, 'name' | 'unit' | 'target' | 'raw'>;

export function atLeast(claim: Claim): Verdict {
  const value = valueOf(claim);
  return { ...claim, value, bound: 'atLeast', reached: value >= claim.target };
}

export function atMost(claim: Claim): Verdict {
  const value = valueOf(claim);
  return { ...claim, value, bound: 'atMost', reached: value <= claim.target };
}

function valueOf({ raw }: Claim): number {
  return raw.length === 0 ? Number.NaN : median(raw);
}

export function summary(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ name, value, unit, target, bound, reached, raw }) => [
    name,
    `${bound === 'atLeast' ? 'at least' : 'at most'} ${target}${unit}`,
    Number.isNaN(value) ? 'not measured' : `${rounded(value)}${unit}`,
    Number.isNaN(value) ? '' : reached ? 'yes' : 'no',
    raw.map(rounded).join(' '),
  ]);
  return markdownTable([['', 'target', 'measured', 'reached', 'every round'], ...rows]);
}

/** Three digits that say something, and whole numbers whole. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return String(Number(value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1))))));
}
