import { markdownTable } from '../harness/markdown.js';
import type { Figure, Measured, Outcome } from './measured.js';
import { predict } from './model.js';

/** Beyond this share of the measured figure the simulation is not to be believed. */
export const MOST_DEVIATION = 0.2;

export interface Comparison {
  name: string;
  measured: Figure;
  predicted: Outcome;
  /** Shares of the measured figure; above 0: predicted too much. */
  deviation: Outcome;
}

export function compare(measured: Measured): Comparison[] {
  return Object.entries(measured.figures).map(([name, figure]) => {
    const predicted = predict(measured, figure, figure.coresOfOthers);
    const of = (field: keyof Outcome) => predicted[field] / figure[field] - 1;
    return { name, measured: figure, predicted, deviation: { perSecond: of('perSecond'), p50: of('p50'), p95: of('p95') } };
  });
}

/** Throughput and median are judged; the 95th percentile, made of pauses that no model here has, is only shown. */
export function isGood({ deviation: { perSecond, p50 } }: Comparison): boolean {
  return Math.abs(perSecond) <= MOST_DEVIATION && Math.abs(p50) <= MOST_DEVIATION;
}

export function comparisonTable(comparisons: readonly Comparison[]): string {
  const digits = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
  const cells = ({ measured, predicted, deviation }: Comparison, field: keyof Outcome) =>
    `${digits(measured[field])} / ${digits(predicted[field])} (${percent(deviation[field])})`;
  return markdownTable([
    ['load', 'requests/s', 'p50 ms', 'p95 ms (not judged)'],
    ...comparisons.map((one) => [one.name, cells(one, 'perSecond'), cells(one, 'p50'), cells(one, 'p95')]),
  ]);
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(0)} %`;
}
