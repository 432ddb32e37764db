import { readFile, writeFile } from 'node:fs/promises';
import { Bench, type Effort } from './harness/bench.js';
import { NAMES } from './harness/field.js';
import { machine } from './harness/report.js';
import { compared, median, ratioOfThroughput, type Row } from './harness/rounds.js';
import { rounded } from './harness/verdicts.js';
import { cachedRows, ratioOfHits } from './scenarios/cached.js';
import { throughputRows } from './scenarios/throughput.js';
import { uploadRows } from './scenarios/uploads.js';

const effort: Effort = { rounds: 3, isQuick: true };
/** A ratio may be this part of what it was. */
const LEAST_PART = 2 / 3;
const ATTEMPTS = 3;
/** Machines are noisy: what looks bad has more chances, with processes of its own each time. */
const MOST_ATTEMPTS = 5;
const BASELINE = new URL('baseline.json', import.meta.url);

const ratioToProxy = (rows: readonly Row[]) => compared(rows, [NAMES.parlance, NAMES.proxy], ratioOfThroughput);

/** Throughput of the gateway next to something bare that was measured in turn with it. */
const RATIOS = {
  'cached/bare server': { rows: (bench: Bench) => cachedRows(bench, 'own'), ratio: ratioOfHits },
  'throughput/bare proxy': { rows: (bench: Bench) => throughputRows(bench, 'own'), ratio: ratioToProxy },
  'uploads/bare proxy': { rows: (bench: Bench) => uploadRows(bench, 'own'), ratio: ratioToProxy },
} as const;
type RatioName = keyof typeof RATIOS;

interface Baseline {
  machine: string;
  ratios: Record<RatioName, number>;
}

interface Attempt {
  ratio: number;
  /** Requests/s of every round, by name. */
  raw: string;
}

/** Compares what the gateway can do next to bare servers with what it could. @returns the exit code */
export async function check(): Promise<number> {
  const baseline = JSON.parse(await readFile(BASELINE, 'utf8')) as Baseline;
  const problems: string[] = [];
  for (const name of namesOf(RATIOS)) {
    const then = baseline.ratios[name];
    const attempts = [await attempt(name)];
    while (best(attempts).ratio < LEAST_PART * then && attempts.length < MOST_ATTEMPTS) attempts.push(await attempt(name));
    const { ratio } = best(attempts);
    console.log(`${name}: ${rounded(ratio)}, then ${rounded(then)}`);
    if (ratio < LEAST_PART * then) problems.push(describe(name, attempts, then));
  }
  if (problems.length === 0) return 0;
  console.error(`\n${problems.join('\n')}\nNow on ${machine()}; then on ${baseline.machine}.`);
  return 1;
}

/** Measures what `check` will compare with. */
export async function writeBaseline(): Promise<void> {
  const ratios = {} as Baseline['ratios'];
  for (const name of namesOf(RATIOS)) {
    const attempts: Attempt[] = [];
    while (attempts.length < ATTEMPTS) attempts.push(await attempt(name));
    ratios[name] = Number(rounded(median(attempts.map(({ ratio }) => ratio))));
    console.log(`${name}: ${ratios[name]} (of ${attempts.map(({ ratio }) => rounded(ratio)).join(', ')})`);
  }
  const baseline: Baseline = { machine: machine(), ratios };
  await writeFile(BASELINE, `${JSON.stringify(baseline, null, 2)}\n`);
}

async function attempt(name: RatioName): Promise<Attempt> {
  const { rows, ratio } = RATIOS[name];
  const measured = await Bench.with(effort, rows);
  const raw = measured.map(
    (row) => `${row.name} ${row.raw.map(({ requestsPerSecond }) => rounded(requestsPerSecond)).join(' ')} requests/s`,
  );
  return { ratio: median(ratio(measured)), raw: raw.join('; ') };
}

function best(attempts: readonly Attempt[]): Attempt {
  return attempts.reduce((most, one) => (one.ratio > most.ratio ? one : most));
}

function describe(name: RatioName, attempts: readonly Attempt[], then: number): string {
  const lines = attempts.map(({ ratio, raw }, index) => `  attempt ${index + 1}: ${rounded(ratio)} (${raw})`);
  const heading = `${name}: the ratio is ${rounded(best(attempts).ratio)} now and was ${rounded(then)}: it has fallen by more than a third.`;
  return [heading, ...lines].join('\n');
}

function namesOf(ratios: typeof RATIOS): RatioName[] {
  return Object.keys(ratios) as RatioName[];
}
