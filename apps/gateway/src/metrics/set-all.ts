import type { Counter, Gauge } from 'prom-client';

/** One value with its labels. */
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** Exactly these from now on: what is not known any more is not shown as it was. */
export function setAll(gauge: Gauge, samples: readonly Sample[]): void {
  gauge.reset();
  for (const [labels, value] of samples) gauge.set(labels, value);
}

/** The same for counts that are kept elsewhere. */
export function countAll(counter: Counter, samples: readonly Sample[]): void {
  counter.reset();
  for (const [labels, value] of samples) counter.inc(labels, value);
}
