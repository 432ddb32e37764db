import { cpus } from 'node:os';
import { markdownTable } from './markdown.js';
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
    missing !== undefined
      ? [name, missing, '', '', '', '', '', '']
      : [
          name,
          median.requestsPerSecond.toFixed(1),
          (median.requestsPerSecond / floor).toPrecision(2),
          median.p50.toFixed(2),
          median.p99.toFixed(1),
          Number.isNaN(median.processor) ? 'not known' : median.processor.toFixed(2),
          String(median.failed),
          raw.map(({ requestsPerSecond }) => requestsPerSecond.toFixed(requestsPerSecond < 100 ? 1 : 0)).join(' '),
        ],
  );
  const heading = ['', 'requests/s (median)', 'ratio', 'p50 ms', 'p99 ms', 'processor ms each', 'failed', 'requests/s of every round'];
  return `### ${title}\n\n${markdownTable([heading, ...lines])}\n`;
}
