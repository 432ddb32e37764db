import { readFile, writeFile } from 'node:fs/promises';
import { check, writeBaseline } from './check.js';
import { Bench, type Effort, type Scenario } from './harness/bench.js';
import { readArguments } from './harness/read-arguments.js';
import { merged } from './harness/results-file.js';
import { summary, type Verdict } from './harness/verdicts.js';
import { surroundings } from './harness/versions.js';
import { SCENARIOS } from './scenarios/index.js';

const usage = `npm run bench -- [--rounds N] [--quick] [--write [--file NAME]] [scenario ...]
npm run bench -- --check [--write]

Measures the built gateway next to others that do the same, in turn, and prints medians, and what was promised next to them.
  scenario     of ${SCENARIOS.map(({ name }) => name).join(', ')} (default: all)
  --rounds N   counted rounds of each, after one to warm up (default 5)
  --quick      three rounds of little: whether it works, not how fast it is
  --write      also writes it to bench/results.md, where scenarios that were not measured stay as they are
  --file NAME  of the file in bench/ that it is written to instead
  --check      a minute: whether ratios to bare servers have fallen by more than a third since bench/baseline.json
               was written; with --write, writes it
  --help`;

const { values, positionals } = readArguments(usage, {
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    file: { type: 'string', default: 'results.md' },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

async function run(wanted: readonly Scenario[], effort: Effort, file: string | undefined): Promise<void> {
  const parts: string[] = [];
  const verdicts: Verdict[] = [];
  const tell = (part: string) => {
    console.log(`${part}\n`);
    parts.push(part);
  };
  tell(await surroundings());
  for (const scenario of wanted) {
    console.error(`${scenario.name}: about ${secondsOf(scenario, effort)} s ...`);
    const findings = await findingsOf(scenario, effort);
    tell(findings.markdown.trimEnd());
    verdicts.push(...findings.verdicts);
  }
  if (verdicts.length > 0) tell(`### What was promised\n\n${summary(verdicts)}`);
  if (file !== undefined) await writeResults(file, `# Results of \`npm run bench\`\n\n${parts.join('\n\n')}\n`, wanted);
}

async function writeResults(file: string, results: string, wanted: readonly Scenario[]): Promise<void> {
  const place = new URL(file, import.meta.url);
  const before = wanted.length === SCENARIOS.length ? '' : await readFile(place, 'utf8').catch(() => '');
  await writeFile(place, merged(before, results));
}

/** Of a scenario that breaks off, why: the others are measured all the same. */
async function findingsOf({ name, run: measure }: Scenario, effort: Effort) {
  try {
    return await Bench.with(effort, measure);
  } catch (error) {
    process.exitCode = 1;
    return { markdown: `### ${name}\n\nNot measured: ${(error as Error).message}`, verdicts: [] };
  }
}

/** With the round to warm up; little of everything takes less than half. */
function secondsOf({ secondsBefore, secondsPerRound }: Scenario, { rounds, isQuick }: Effort): number {
  return Math.round((secondsBefore + (rounds + 1) * secondsPerRound) * (isQuick ? 0.45 : 1));
}

const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
const unknown = positionals.filter((wanted) => !SCENARIOS.some(({ name }) => name === wanted));
if (values.help) console.log(usage);
else if (!Number.isInteger(rounds) || rounds < 1 || unknown.length > 0) {
  const problem = unknown.length > 0 ? `There is no scenario '${unknown[0]}'.` : '--rounds must be a whole number of at least 1.';
  console.error(`${problem}\n\n${usage}`);
  process.exitCode = 2;
} else if (values.check) {
  if (values.write) await writeBaseline();
  else process.exitCode = await check();
} else {
  const wanted = SCENARIOS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  await run(wanted, { rounds, isQuick: values.quick }, values.write ? values.file : undefined);
}
