import { markdownTable } from '../../harness/markdown.js';
import type { Limit, Step } from './step.js';

/** The steps side by side, as markdown: what each needs, what gives way first, and what it costs. */
export function planTables(steps: readonly Step[]): string {
  const heading = ['', ...steps.map(({ perDay }) => `${number(perDay)} turns a day`)];
  const row = (name: string, of: (step: Step) => string) => [name, ...steps.map(of)];
  const needs = [
    row('people a day', ({ people }) => number(people)),
    row('turns a second, mean / peak', ({ mean, top }) => `${number(mean)} / ${number(top)}`),
    row('gateways', ({ replicas }) => number(replicas)),
    row('their cores / memory', ({ cores, memoryGiB }) => `${number(cores)} / ${number(memoryGiB)} GiB`),
    row('main thread busy at the peak', ({ peak }) => `${number(peak.gateway * 100)} %`),
    row('a turn, p50 / p95', ({ peak }) => `${number(peak.p50 / 1000)} / ${number(peak.p95 / 1000)} s`),
    row('of it added by Parlance, mean', ({ peak }) => `${number(peak.added)} ms`),
    row('at vendors at once: hearing, thinking, speaking', ({ peak }) => peak.underWay.map(number).join(', ')),
    row('refused, with one account each', ({ refused }) => `${number(refused * 100)} %`),
    row('Redis commands a second', ({ redis }) => number(redis.commands)),
    row('Redis data', ({ redis }) => `${number(redis.GiB)} GiB`),
    row('Redis nodes (and as many replicas)', ({ redis }) => number(redis.nodes)),
    row('objects in S3', ({ objects }) => number(objects.count)),
    row('their size', ({ objects }) => `${number(objects.GB)} GB`),
    row('writes to S3 a second', ({ objects }) => number(objects.writes)),
    row('from people / to people at the peak', ({ megabytes }) => `${number(megabytes.in)} / ${number(megabytes.out)} MB/s`),
  ];
  return [
    `### What is needed\n\n${markdownTable([heading, ...needs])}`,
    `### What gives way first\n\n${limitTable(steps, heading)}`,
    `### What it costs a day\n\n${moneyTable(steps, heading)}`,
  ].join('\n\n');
}

/** How many times over each is wanted at the peak: above 1 more than one is needed. */
function limitTable(steps: readonly Step[], heading: readonly string[]): string {
  const [first] = steps;
  const rows = (first?.limits ?? []).map(({ name, unit, bears, remedy }, index) => [
    name,
    ...steps.map(({ limits }) => timesOver(limits[index]!)),
    `${number(bears)} ${unit}`,
    remedy === '' ? 'nothing: a change of the code' : remedy,
  ]);
  const times = ({ wanted, bears }: Limit) => wanted / bears;
  const firstOf = ({ limits }: Step) =>
    limits.filter((one) => times(one) > 1).toSorted((a, b) => times(b) - times(a))[0]?.name ?? 'nothing';
  return markdownTable([
    [...heading.with(0, 'times over'), 'one bears', 'more of it by'],
    ...rows,
    ['**first**', ...steps.map((step) => `**${firstOf(step)}**`), '', ''],
  ]);
}

function timesOver({ wanted, bears }: Limit): string {
  const times = wanted / bears;
  return times > 1 ? `**${number(times)}**` : number(times);
}

function moneyTable(steps: readonly Step[], heading: readonly string[]): string {
  const [first] = steps;
  const rows = (first?.money ?? []).map(([what], index) => [what, ...steps.map(({ money }) => number(money[index]![1]))]);
  const sums = steps.map(({ money }) => money.reduce((sum, [, perDay]) => sum + perDay, 0));
  return markdownTable([
    heading,
    ...rows,
    ['**all**', ...sums.map((sum) => `**${number(sum)}**`)],
    ['a thousand turns', ...steps.map(({ perDay }, index) => number((sums[index]! / perDay) * 1000))],
  ]);
}

/** Two digits are what assumptions are worth: 1 200 000, 35, 0.012. */
function number(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(Math.abs(value) >= 10 && Math.abs(value) < 1000 ? 3 : 2));
  const [whole = '', fraction] = String(rounded).split('.');
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, ' ');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
