import { cpus } from 'node:os';
import { CONNECTIONS_PER_ORIGIN } from '../../../libs/providers/src/http/connection-pools.js';
import { median } from '../../harness/rounds.js';
import {
  COSTS,
  DEPLOYMENTS,
  KINDS,
  QUEUE_JOB,
  type Cost,
  type Deployment,
  type Figure,
  type Kind,
  type Measured,
  type Scenario,
} from '../measured.js';
import { SCENARIOS } from '../scenarios.js';
import { Bench, speechSample } from './bench.js';
import { loadFor, type TimedResult } from './load-for.js';
import { residentMiB } from '../../harness/processor-time.js';
import { queueCost } from './queue-cost.js';
import { requestFor } from './requests.js';

/** Not one of those that are predicted. */
const CALLERS_FOR_COSTS = 8;

export interface MeasureOptions {
  /** Only what has one of these in its name; empty: everything. */
  only: readonly string[];
  /** That count, of each load. */
  seconds: number;
  /** How often each load is put; medians are kept. */
  rounds: number;
  /** After each of them, with all that is known by then: who ends it early has the rest as it was. */
  onResult: (line: string, measured: Measured) => void;
}

/** Measures inputs and figures on this machine, and puts them over what was there. */
export async function measure(known: Measured, { only, seconds, rounds, onResult }: MeasureOptions): Promise<void> {
  const isWanted = (name: string) => only.length === 0 || only.some((part) => name.includes(part));
  const speech = await speechSample();
  const measured: Measured = {
    machine: {
      node: process.version,
      processor: cpus()[0]?.model.trim() ?? 'unknown',
      cores: cpus().length,
      day: new Date().toISOString().slice(0, 10),
    },
    inputs: { ...known.inputs },
    figures: { ...known.figures },
  };
  for (const deployment of DEPLOYMENTS) {
    for (const kind of KINDS.filter((one) => isWanted(`${deployment}/${one}`))) {
      Object.assign(measured.inputs, await inputsOf(deployment, kind, speech, { seconds, rounds }));
      onResult(`${deployment}/${kind}: ${String(measured.inputs[`${deployment}/${kind}/gateway`]?.value)} ms of the gateway`, measured);
    }
  }
  if (isWanted(QUEUE_JOB)) {
    const value = rounded(await queueCost());
    measured.inputs[QUEUE_JOB] = { value, unit: 'ms', where: 'processor of Redis for a job of BullMQ, from being added to being done' };
    onResult(`${QUEUE_JOB}: ${value} ms of Redis`, measured);
  }
  for (const [name, scenario] of Object.entries(SCENARIOS).filter(([one]) => isWanted(one))) {
    try {
      const figure = await figureOf(scenario, speech, { seconds, rounds });
      measured.figures[name] = figure;
      onResult(`${name}: ${figure.perSecond}/s, p50 ${figure.p50} ms, others used ${figure.coresOfOthers} cores`, measured);
    } catch (error) {
      // A load that is too much for one gateway is no reason to go without the others.
      delete measured.figures[name];
      onResult(`${name}: not measured. ${(error as Error).message}`, measured);
    }
  }
}

type Effort = Pick<MeasureOptions, 'seconds' | 'rounds'>;

async function inputsOf(deployment: Deployment, kind: Kind, speech: Buffer, effort: Effort): Promise<Measured['inputs']> {
  const scenario = { kind, deployment, replicas: 1, vendor: [0, 0] as const };
  const bench = await Bench.start(scenario, speech);
  try {
    const busy = await roundsOf(bench, { ...scenario, callers: CALLERS_FOR_COSTS }, speech, effort);
    const calm = await roundsOf(bench, { ...scenario, callers: 1 }, speech, effort);
    const values = {
      ...Object.fromEntries(Object.keys(COSTS).map((cost) => [cost, median(busy.map((one) => (one.grown[cost] ?? 0) / one.answered))])),
      latency: median(calm.map(({ p50 }) => p50)),
    } as Record<Cost, number>;
    const where = (cost: Cost) => `${cost === 'latency' ? 1 : CALLERS_FOR_COSTS} connections, vendor that answers at once`;
    const entries = (Object.keys(COSTS) as Cost[]).map((cost) => {
      const { unit, what } = COSTS[cost];
      return [`${deployment}/${kind}/${cost}`, { value: rounded(values[cost]), unit, where: `${what}; ${where(cost)}` }];
    });
    const memory = rounded(Math.max(...bench.gateways.map(({ pid }) => residentMiB(pid))));
    const resident = { value: memory, unit: 'MiB', where: 'resident memory of the gateway afterwards' };
    const tag = { value: rounded(await bench.bytesOfTag()), unit: 'bytes', where: "one entry in a provider's set of cached keys" };
    return {
      ...(Object.fromEntries(entries) as Measured['inputs']),
      [`${deployment}/${kind}/residentMiB`]: resident,
      ...(tag.value > 0 && { [`${deployment}/${kind}/tagBytes`]: tag }),
    };
  } finally {
    await bench.stop();
  }
}

async function figureOf(scenario: Scenario, speech: Buffer, effort: Effort): Promise<Figure> {
  const bench = await Bench.start(scenario, speech);
  try {
    const results = await roundsOf(bench, scenario, speech, effort);
    const of = (pick: (one: TimedResult) => number) => rounded(median(results.map(pick)));
    return {
      ...scenario,
      perSecond: of(({ perSecond }) => perSecond),
      p50: of(({ p50 }) => p50),
      p95: of(({ p95 }) => p95),
      coresOfOthers: of(({ grown }) => Math.max(0, grown['others'] ?? 0) / (effort.seconds * 1000)),
    };
  } finally {
    await bench.stop();
  }
}

async function roundsOf(bench: Bench, scenario: Scenario, speech: Buffer, { seconds, rounds }: Effort): Promise<TimedResult[]> {
  const request = requestFor(scenario.kind, speech);
  const longest = longestOf(scenario);
  const results: TimedResult[] = [];
  for (let round = 0; round < rounds; round++) {
    const result = await loadFor({
      origins: bench.gateways.map(({ url }) => url),
      request,
      callers: scenario.callers,
      ramp: scenario.vendor[1],
      warmUp: longest + (round === 0 ? 1000 : 200),
      counted: seconds * 1000,
      look: () => bench.look(),
    });
    if (result.failed > 0 || result.answered === 0)
      throw new Error(`${result.failed} of ${result.answered} requests failed (${scenario.kind}).`);
    results.push(result);
  }
  return results;
}

/** Milliseconds that the last caller may wait: all connections to a vendor may be in use. */
function longestOf({ callers, replicas, vendor: [, longest] }: Scenario): number {
  return longest * Math.max(1, (1.1 * callers) / replicas / CONNECTIONS_PER_ORIGIN);
}

/** Three digits are more than any of this is worth. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
