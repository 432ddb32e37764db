import type { LoadResult } from './load.js';

export interface Contender {
  name: string;
  run: () => Promise<LoadResult>;
}

export interface Row {
  name: string;
  median: LoadResult;
  /** Of every round, in the order they were run. */
  raw: readonly LoadResult[];
  /** Why it was not measured: then there are no rounds, and no numbers. */
  missing?: string;
}

/** Runs the contenders in turn, A B A B ..., so that a machine that slows down slows all of them down. */
export async function rounds(contenders: readonly Contender[], count: number): Promise<Row[]> {
  const results = new Map<string, LoadResult[]>(contenders.map(({ name }) => [name, []]));
  for (const { run } of contenders) await run();
  for (let round = 0; round < count; round++) {
    for (const { name, run } of contenders) results.get(name)?.push(await run());
  }
  return contenders.map(({ name }) => {
    const raw = results.get(name) ?? [];
    return { name, median: medianOf(raw), raw };
  });
}

export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
}

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: median(sorted), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99) };
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
}

export function missingRow(name: string, missing: string): Row {
  return { name, missing, raw: [], median: medianOf([]) };
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * What `of` makes of two rows, round by round: neighbours in time, on a machine that is not always as fast.
 * Empty where one of them was not measured.
 */
export function compared(
  rows: readonly Row[],
  [name, other]: readonly [string, string],
  of: (one: LoadResult, other: LoadResult) => number,
): number[] {
  const rawOf = (wanted: string) => rows.find((row) => row.name === wanted)?.raw ?? [];
  const others = rawOf(other);
  return rawOf(name).flatMap((result, round) => (others[round] === undefined ? [] : [of(result, others[round])]));
}

export const ratioOfThroughput = (one: LoadResult, other: LoadResult): number => one.requestsPerSecond / other.requestsPerSecond;

function medianOf(results: readonly LoadResult[]): LoadResult {
  const of = (pick: (result: LoadResult) => number) => median(results.map(pick));
  return {
    sent: results.reduce((sum, { sent }) => sum + sent, 0),
    requestsPerSecond: of(({ requestsPerSecond }) => requestsPerSecond),
    p50: of(({ p50 }) => p50),
    p95: of(({ p95 }) => p95),
    p99: of(({ p99 }) => p99),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
    processor: of(({ processor }) => processor),
  };
}
