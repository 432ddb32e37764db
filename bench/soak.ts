import { writeFile } from 'node:fs/promises';
import { markdownOf, progressLine } from '../test/chaos/support/soak/report.js';
import { soak } from '../test/chaos/support/soak/soak.js';
import { complaintsOf } from '../test/chaos/support/soak/verdict.js';
import { readArguments } from './harness/read-arguments.js';
import { machine } from './harness/report.js';

const usage = `npm run soak -- [--minutes N] [--redis] [--callers N] [--output FILE]

Keeps the built gateway busy with everything it can do, between vendors that fail now and then, and looks every ten
seconds, while everybody rests, whether anything is left behind. Exit code 0: nothing grows, and nothing went wrong.
  --minutes N    how long (default 5)
  --redis        two gateways with Redis, and with S3 where Ceph is installed (default: one by itself)
  --callers N    at a time (default 6)
  --output FILE  writes every number there: as JSON where the name ends in .json, else as markdown
  --help
Ctrl-C ends it early, with what was seen until then.`;

const { values } = readArguments(usage, {
  options: {
    minutes: { type: 'string', default: '5' },
    callers: { type: 'string', default: '6' },
    redis: { type: 'boolean', default: false },
    output: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const callers = Number(values.callers);

if (values.help) console.log(usage);
else if (!(minutes > 0) || !Number.isInteger(callers) || callers < 1) {
  console.error(`--minutes must be more than 0, and --callers a whole number of at least 1.\n\n${usage}`);
  process.exitCode = 2;
} else await run();

async function run(): Promise<void> {
  const options = { seconds: minutes * 60, intervalSeconds: 10, countEvery: 3, callers, isShared: values.redis, isFilled: !values.redis };
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => ending.abort());
  const result = await soak({ ...options, signal: ending.signal, onSample: (sample) => console.log(progressLine(sample)) });
  const complaints = complaintsOf(result);
  const markdown = `${machine()}, ${callers} callers.\n\n${markdownOf(result)}\n`;
  console.log(`\n${markdown}`);
  if (values.output !== undefined)
    await writeFile(values.output, values.output.endsWith('.json') ? jsonOf({ ...result, complaints }) : markdown);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

function jsonOf(value: object): string {
  return `${JSON.stringify(value, (_key, one: unknown) => (one instanceof Map ? Object.fromEntries(one) : one), 2)}\n`;
}
