import type { Sample, SoakResult } from './soak.js';
import { complaintsOf, growthOf } from './verdict.js';

const MEBIBYTE = 1_048_576;

/** One line for people who wait. */
export function progressLine({ seconds, errands, problems, gateways, temporaryFiles }: Sample): string {
  const each = gateways.map(({ heapUsed, external, resident, descriptors, objects, delay }) =>
    [
      `heap ${(heapUsed / MEBIBYTE).toFixed(1)}`,
      `buffers ${(external / MEBIBYTE).toFixed(1)}`,
      `resident ${(resident / MEBIBYTE).toFixed(0)} MiB`,
      `fds ${descriptors ?? '-'}`,
      ...Object.entries(objects).map(([name, count]) => `${name} ${count}`),
      `loop p99 ${delay.toFixed(0)} ms`,
    ].join(', '),
  );
  const common = `${seconds.toFixed(0)} s: ${errands} errands, ${problems} kinds of problems, ${temporaryFiles} temporary files`;
  return [common, ...each].join(' | ');
}

/** All of it, as markdown. */
export function markdownOf(result: SoakResult): string {
  const { samples, outcomes } = result;
  const complaints = complaintsOf(result);
  const growth = growthOf(samples).map(
    ({ gateway, bound, trend, values }) =>
      `| ${gateway} | ${bound.name} | ${trend.slope.toFixed(2)} ± ${(2 * trend.error).toFixed(2)} ${bound.unit} | ${bound.perHour} | ${values.map((value) => value.toFixed(bound.unit === '' ? 0 : 1)).join(' ')} |`,
  );
  const ends = Object.entries(outcomes)
    .toSorted(([one], [other]) => one.localeCompare(other))
    .map(([name, { good = 0, broken = 0, failed = 0, left = 0 }]) => `| ${name} | ${good} | ${broken} | ${failed} | ${left} |`);
  return [
    `${samples.at(-1)?.errands ?? 0} errands in ${(samples.at(-1)?.seconds ?? 0).toFixed(0)} s, ${samples.length} measurements.\n`,
    '### The second half\n',
    '| gateway | what | growth in an hour (two standard errors) | bound | measured |',
    '| --- | --- | --- | --- | --- |',
    ...growth,
    '\n### Errands\n',
    '| errand | good | broken by the vendor | failed by the vendor | left by the caller |',
    '| --- | --- | --- | --- | --- |',
    ...ends,
    '\n### Verdict\n',
    ...(complaints.length === 0
      ? ['Nothing grows, nothing is left, nothing went wrong that should not.']
      : complaints.map((one) => `- ${one}`)),
  ].join('\n');
}
