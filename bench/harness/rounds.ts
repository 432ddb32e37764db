import type { LoadResult } from './load.js';

export interface Contender {
  name: string;
  run: () => Promise<LoadResult>;
}

export interface Row {
  name: string;
  median: LoadResult;
  /** Every round's requests per second, in the order they were run. */
  raw: readonly number[];
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
    const all = results.get(name) ?? [];
    return { name, median: medianOf(all), raw: all.map(({ requestsPerSecond }) => requestsPerSecond) };
  });
}

export interface Percentiles {
  p50: number;
  p99: number;
}

export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50: median(sorted), p99: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN };
}

export function missingRow(name: string, missing: string): Row {
  return { name, missing, raw: [], median: { requestsPerSecond: Number.NaN, p50: Number.NaN, p99: Number.NaN, failed: 0 } };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function medianOf(results: readonly LoadResult[]): LoadResult {
  const of = (pick: (result: LoadResult) => number) => median(results.map(pick));
  return {
    requestsPerSecond: of(({ requestsPerSecond }) => requestsPerSecond),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    failed: results.reduce((sum, { failed }) => sum + failed, 0),
  };
}
