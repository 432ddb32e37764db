import { cpus } from 'node:os';
import type { Row } from './rounds.js';

/** Says once which machine the numbers are of. */
export function machine(): string {
  const [first] = cpus();
  return `Node ${process.version}, ${cpus().length} x ${first?.model.trim() ?? 'unknown processor'}`;
}

/** A markdown table; the last row is what the others are measured against. */
export function table(title: string, rows: readonly Row[]): string {
  const floor = rows.at(-1)?.median.requestsPerSecond ?? 1;
  const lines = rows.map(({ name, median, raw, missing }) =>
    (missing !== undefined
      ? [name, missing, '', '', '', '', '']
      : [
          name,
          median.requestsPerSecond.toFixed(1),
          (median.requestsPerSecond / floor).toPrecision(2),
          median.p50.toFixed(1),
          median.p99.toFixed(1),
          String(median.failed),
          raw.map((value) => value.toFixed(0)).join(' '),
        ]
    ).join(' | '),
  );
  return [
    `### ${title}`,
    '',
    '| | requests/s (median) | ratio | p50 ms | p99 ms | failed | requests/s of every round |',
    '|---|---|---|---|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
    '',
  ].join('\n');
}
