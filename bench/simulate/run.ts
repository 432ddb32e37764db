import { compare, comparisonTable, isGood, MOST_DEVIATION } from './check.js';
import { markdownTable } from '../harness/markdown.js';
import { readArguments } from '../harness/read-arguments.js';
import { DEPLOYMENTS, KINDS, readMeasured, writeMeasured, type Deployment, type Kind, type Measured } from './measured.js';
import { predict } from './model.js';
import { Assumptions } from './plan/assumptions.js';
import { planStep } from './plan/step.js';
import { planTables } from './plan/tables.js';

const STEPS = [10_000, 1_000_000, 100_000_000];

const usage = `npm run simulate -- [--check | --plan | --measure [NAME ...] | a load]

What a load comes to, by what one request costs: a simulation of clients, gateways, vendors and Redis.
  --check            the loads that were measured, next to what is predicted; exit code 1 above ${MOST_DEVIATION * 100} %
  --plan             the tables of docs/scaling.md, as JSON by their names
  --measure [NAME]   measures this machine (Linux, redis-server) and writes bench/simulate/measured.json; with NAMEs
                     only what has one of them in its name, such as alone/hit or 'speech, 16'
    --seconds N      that count, of each load (default 3)
    --rounds N       of which the median is kept, after one to warm up (default 5)
a load:
  --kind KIND        of ${KINDS.join(', ')} (default speech)
  --deployment NAME  of ${DEPLOYMENTS.join(', ')} (default alone): without Redis, one with it, several with it
  --callers N        who ask again as soon as they are answered (default 16)
  --replicas N       gateways on the machine (default 1)
  --cores N          of the machine, which the load generator and the vendor share (default: as measured)
  --vendor FROM-TO   milliseconds that the vendor takes (default 0-0)
  --help`;

const { values, positionals } = readArguments(usage, {
  allowPositionals: true,
  options: {
    check: { type: 'boolean', default: false },
    plan: { type: 'boolean', default: false },
    measure: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    kind: { type: 'string', default: 'speech' },
    deployment: { type: 'string', default: 'alone' },
    callers: { type: 'string', default: '16' },
    replicas: { type: 'string', default: '1' },
    cores: { type: 'string' },
    vendor: { type: 'string', default: '0-0' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(usage);
// Only what is to be measured has names: a load would be simulated as if nothing had been said.
else if (positionals.length > 0 && !values.measure) refuse(`There is no '${positionals.join(' ')}' to simulate.`);
else if (values.measure) await measureHere();
else if (values.plan) console.log(JSON.stringify(plan(readMeasured()), undefined, 2));
else if (values.check) check(readMeasured());
else simulateOne(readMeasured());

async function measureHere(): Promise<void> {
  // Loaded only here: the rest needs neither Redis nor Linux.
  const { measure } = await import('./measure/measure.js');
  const effort = { only: positionals, seconds: Number(values.seconds), rounds: Number(values.rounds) };
  await measure(readMeasured(), {
    ...effort,
    onResult: (line, measured) => {
      console.log(line);
      writeMeasured(measured);
    },
  });
}

function check(measured: Measured): void {
  const comparisons = compare(measured);
  console.log(comparisonTable(comparisons));
  const bad = comparisons.filter((one) => !isGood(one)).map(({ name }) => name);
  console.log(bad.length === 0 ? `\nAll within ${MOST_DEVIATION * 100} %.` : `\nNot within ${MOST_DEVIATION * 100} %: ${bad.join('; ')}.`);
  process.exitCode = bad.length === 0 ? 0 : 1;
}

/** The generated parts of docs/scaling.md, by their names. */
function plan(measured: Measured): Record<string, string> {
  const assumptions = Assumptions.read();
  const { node, processor, cores, day } = measured.machine;
  const inputs = Object.entries(measured.inputs).map(([name, { value, unit, where }]) => [`\`${name}\``, String(value), unit, where]);
  return {
    machine: `Measured on ${day} with Node ${node} on ${cores} x ${processor}.`,
    inputs: markdownTable([['input', 'value', 'unit', 'what and where'], ...inputs]),
    check: comparisonTable(compare(measured)),
    assumptions: assumptions.table(false),
    prices: assumptions.table(true),
    plan: planTables(STEPS.map((perDay) => planStep(measured, assumptions, perDay))),
  };
}

function refuse(message: string): void {
  console.error(`${message}\n\n${usage}`);
  process.exitCode = 2;
}

function simulateOne(measured: Measured): void {
  const [from, to] = values.vendor.split('-').map(Number);
  const numbers = [Number(values.callers), Number(values.replicas), Number(values.cores ?? measured.machine.cores), from, to];
  const isKnown = (KINDS as readonly string[]).includes(values.kind) && (DEPLOYMENTS as readonly string[]).includes(values.deployment);
  if (!isKnown || numbers.some((one) => one === undefined || !(one >= 0)) || numbers.slice(0, 3).includes(0)) {
    refuse('That load cannot be simulated.');
    return;
  }
  const [callers, replicas, cores] = numbers as [number, number, number];
  const load = { callers, replicas, kind: values.kind as Kind, deployment: values.deployment as Deployment };
  const onMachine = { ...measured, machine: { ...measured.machine, cores } };
  const { perSecond, p50, p95 } = predict(onMachine, { ...load, vendor: [from!, to!] });
  console.log(`${perSecond.toFixed(1)} requests/s, p50 ${p50.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
}
