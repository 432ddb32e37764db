import type { Bench, Findings } from '../harness/bench.js';
import { markdownTable } from '../harness/markdown.js';
import { newText } from '../harness/requests.js';
import { median, percentile } from '../harness/rounds.js';
import { users as ask, type Asked } from '../harness/users.js';
import { atLeast, atMost, type Verdict } from '../harness/verdicts.js';

/** Milliseconds, as of a vendor far away. */
export const VENDOR = { base: 1750, spread: 100 };

interface Crowd {
  size: number;
  direct: readonly Asked[];
  through: readonly Asked[];
}

/** Many users at the same time, who ask once or twice for what nobody has asked before. */
export async function users(bench: Bench): Promise<Findings> {
  const { file, bytes } = await bench.speech();
  const vendor = await bench.server('vendor', [file, VENDOR.base, 0, VENDOR.spread]);
  const gateway = await bench.gatewayTo([vendor], 'users');
  const sizes = bench.effort.isQuick ? [100, 500] : [100, 500, 1000];
  await ask(gateway, newTextsOf(sizes.at(-1)!), bytes);
  const crowds: Crowd[] = [];
  for (const size of sizes) {
    const crowd = { size, direct: [] as Asked[], through: [] as Asked[] };
    for (let round = 0; round < bench.rounds; round++) {
      const texts = newTextsOf(size);
      crowd.direct.push(await ask(vendor, texts, bytes));
      crowd.through.push(await ask(gateway, texts, bytes));
    }
    crowds.push(crowd);
  }
  return { markdown: describe(crowds), verdicts: crowds.flatMap(verdictsOf) };
}

function newTextsOf(size: number): string[][] {
  return Array.from({ length: size }, (_, index) => (index % 2 === 0 ? [newText()] : [newText(), newText()]));
}

const p95 = ({ latencies }: Asked) => percentile(latencies, 0.95);

function verdictsOf({ size, direct, through }: Crowd): Verdict[] {
  const answered = through.map(({ latencies, failed }) => (100 * latencies.length) / (latencies.length + failed));
  const ratios = through.map((asked, round) => p95(asked) / p95(direct[round]!));
  return [
    atLeast({ name: `${size} users: answered`, unit: ' %', target: 100, raw: answered }),
    atMost({ name: `${size} users: p95, times the vendor's own`, unit: '', target: 1.05, raw: ratios }),
  ];
}

function describe(crowds: readonly Crowd[]): string {
  const line = (size: number, name: string, rounds: readonly Asked[]) => [
    String(size),
    name,
    String(rounds.reduce((sum, { failed, latencies }) => sum + failed + latencies.length, 0)),
    String(rounds.reduce((sum, { failed }) => sum + failed, 0)),
    median(rounds.map(({ latencies }) => percentile(latencies, 0.5))).toFixed(0),
    median(rounds.map(p95)).toFixed(0),
    rounds.map((round) => p95(round).toFixed(0)).join(' '),
  ];
  const rows = crowds.flatMap(({ size, direct, through }) => [line(size, 'the vendor itself', direct), line(size, 'Parlance', through)]);
  return [
    `### Users at the same time, each with one or two new texts, a vendor that takes ${VENDOR.base} to ${VENDOR.base + VENDOR.spread} ms\n`,
    markdownTable([['users', '', 'requests', 'failed', 'p50 ms', 'p95 ms', 'p95 of every round'], ...rows]),
    '',
    'The Python system that Parlance replaces answered 92 % of 100 users, with a p95 of 13.3 s.',
    '',
  ].join('\n');
}
