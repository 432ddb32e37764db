import type { Sample, SoakResult } from './soak.js';
import { growsBeyond, trendOf, type Trend } from './trend.js';

/** Of a number that is watched: what it may grow by in an hour, as the second half of the run has it. */
interface Bound {
  name: string;
  unit: string;
  perHour: number;
  of: (gateway: Sample['gateways'][number]) => number | undefined;
}

const MEBIBYTE = 1_048_576;
const counted = (name: string): Bound => ({ name, unit: '', perHour: 1000, of: ({ objects }) => objects[name] });
export const BOUNDS: readonly Bound[] = [
  { name: 'heap', unit: 'MiB', perHour: 32, of: ({ heapUsed }) => heapUsed / MEBIBYTE },
  { name: 'buffers', unit: 'MiB', perHour: 32, of: ({ external }) => external / MEBIBYTE },
  { name: 'resident', unit: 'MiB', perHour: 512, of: ({ resident }) => resident / MEBIBYTE },
  { name: 'descriptors', unit: '', perHour: 60, of: ({ descriptors }) => descriptors },
  { name: 'threads', unit: '', perHour: 60, of: ({ threads }) => threads },
  ...['Timeout', 'AbortSignal', 'Socket', 'ServerResponse'].map(counted),
];
/** Errands that failed, or broke, although one of two vendors was always well: of all, and of few. */
const MOST_FAILED = 0.02;
const FEW_FAILED = 20;
const HOUR = 3600;

export interface Growth {
  /** Which gateway, from 0. */
  gateway: number;
  bound: Bound;
  /** By hour. */
  trend: Trend;
  values: readonly number[];
}

/** What grew in the second half of the run, and how fast. */
export function growthOf(samples: readonly Sample[]): Growth[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  return (half[0]?.gateways ?? []).flatMap((_, gateway) =>
    BOUNDS.flatMap((bound) => {
      const points = half.flatMap(({ seconds, gateways }): [number, number][] => {
        const value = bound.of(gateways[gateway]!);
        return value === undefined || Number.isNaN(value) ? [] : [[seconds / HOUR, value]];
      });
      return points.length === 0 ? [] : [{ gateway, bound, trend: trendOf(points), values: points.map(([, value]) => value) }];
    }),
  );
}

/** What speaks against the run; nothing: it is good. */
export function complaintsOf(result: SoakResult): string[] {
  const { samples, outcomes, problems, alarms, exits } = result;
  const ends = Object.values(outcomes);
  const sum = (names: readonly ('good' | 'broken' | 'failed' | 'left')[]) =>
    ends.reduce((all, one) => all + names.reduce((some, name) => some + (one[name] ?? 0), 0), 0);
  const failed = sum(['broken', 'failed']);
  const all = sum(['good', 'broken', 'failed', 'left']);
  const left = samples.at(-1)?.temporaryFiles ?? 0;
  return [
    ...growthOf(samples)
      .filter(({ trend, bound }) => growsBeyond(trend, bound.perHour))
      .map(({ gateway, bound, trend }) => `Gateway ${gateway}: ${bound.name} grows by ${trend.slope.toFixed(1)} ${bound.unit} in an hour.`),
    ...[...problems].map(([problem, times]) => `${times} times: ${problem}`),
    ...(failed > Math.max(FEW_FAILED, all * MOST_FAILED) ? [`${failed} of ${all} errands failed for the vendor's sake.`] : []),
    ...alarms.map((line) => `A gateway writes: ${line}`),
    ...(left > 0 ? [`${left} temporary files are left.`] : []),
    ...(exits.some((code) => code !== 0) ? [`The gateways end with ${exits.join(', ')}.`] : []),
  ];
}
