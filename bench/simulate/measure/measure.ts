import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { CONNECTIONS_PER_ORIGIN } from '../../../libs/providers/src/http/connection-pools.js';
import { Bench } from '../../harness/bench.js';
import { load, warmUp, WARM_UP_CONNECTIONS, type LoadResult, type Request } from '../../harness/load.js';
import { residentMiB } from '../../harness/processor-time.js';
import { median, rounds, type Contender } from '../../harness/rounds.js';
import { COSTS, QUEUE_JOB, type Cost, type Figure, type Measured, type Scenario } from '../measured.js';
import { CALLERS_FOR_COSTS, groupsOf, type Group } from './groups.js';
import { queueCost } from './queue-cost.js';
import { requestFor } from './requests.js';
import { Servers } from './servers.js';

export interface MeasureOptions {
  /** Only what has one of these in its name; empty: everything. */
  only: readonly string[];
  /** That count, of each load. */
  seconds: number;
  /** How often each load is put, after once to warm up; medians are kept. */
  rounds: number;
  /** After each group of loads, with all that is known by then: who ends it early has the rest as it was. */
  onResult: (line: string, measured: Measured) => void;
}

/** One load in one round. */
interface Result extends LoadResult {
  /** How much more each number of {@link Servers.look} was at its end, for each request. */
  each: Readonly<Record<string, number>>;
  /** Cores that others used meanwhile. */
  coresOfOthers: number;
}

/** Measures inputs and figures on this machine, and puts them over what was there. */
export async function measure(known: Measured, { only, seconds, rounds: count, onResult }: MeasureOptions): Promise<void> {
  const isWanted = (name: string) => only.length === 0 || only.some((part) => name.includes(part));
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
  for (const group of groupsOf(isWanted)) {
    const lines = await Bench.with({ rounds: count, isQuick: false }, (bench) => measureGroup(bench, group, seconds, measured));
    onResult(lines.join('\n'), measured);
  }
  if (!isWanted(QUEUE_JOB)) return;
  const value = rounded(await queueCost());
  measured.inputs[QUEUE_JOB] = { value, unit: 'ms', where: 'processor of Redis for a job of BullMQ, from being added to being done' };
  onResult(`${QUEUE_JOB}: ${value} ms of Redis`, measured);
}

/** @returns what came out, in lines */
async function measureGroup(bench: Bench, group: Group, seconds: number, measured: Measured): Promise<string[]> {
  const { deployment, kind, vendor, hasInputs, replicasForInputs, figures } = group;
  return Servers.with(bench, group, async (servers) => {
    const ofInputs = { deployment, kind, vendor, replicas: replicasForInputs };
    const [busy, calm] = [`${deployment}/${kind}, busy`, `${deployment}/${kind}, calm`];
    const inputs: Group['figures'] = [
      [busy, { ...ofInputs, callers: CALLERS_FOR_COSTS }],
      [calm, { ...ofInputs, callers: 1 }],
    ];
    const results = await resultsOf(bench, servers, hasInputs ? [...inputs, ...figures] : figures, seconds);
    const lines = figures.map(([name, scenario]) => {
      const figure = figureOf(scenario, results.get(name)!);
      // A load that is too much for one gateway is no reason to go without the others.
      if (figure === undefined) delete measured.figures[name];
      else measured.figures[name] = figure;
      if (figure === undefined) return `${name}: not measured, for requests failed.`;
      const every = results
        .get(name)!
        .map(({ requestsPerSecond }) => Math.round(requestsPerSecond))
        .join(' ');
      return `${name}: ${figure.perSecond}/s (${every}), p50 ${figure.p50} ms, others used ${figure.coresOfOthers} cores`;
    });
    if (!hasInputs) return lines;
    Object.assign(measured.inputs, await inputsOf(servers, group, results.get(busy)!, results.get(calm)!));
    return [`${deployment}/${kind}: ${String(measured.inputs[`${deployment}/${kind}/gateway`]?.value)} ms of the gateway`, ...lines];
  });
}

/** Of every counted round, by the load's name. */
async function resultsOf(
  bench: Bench,
  servers: Servers,
  loads: Group['figures'],
  seconds: number,
): Promise<ReadonlyMap<string, readonly Result[]>> {
  const results = new Map<string, Result[]>(loads.map(([name]) => [name, []]));
  const [, { kind }] = loads[0]!;
  const voiceNote = await readFile((await bench.speech()).file);
  const request = requestFor(kind, voiceNote, Math.max(WARM_UP_CONNECTIONS, ...loads.map(([, { callers }]) => callers)));
  for (const gateway of servers.gateways) await warmUp({ servers: [gateway], ...request }, bench.warmUp);
  const contenders = loads.map(([name, scenario]): Contender => ({
    name,
    run: async () => {
      const result = await put(servers, scenario, request, seconds);
      results.get(name)!.push(result);
      return result;
    },
  }));
  await rounds(contenders, bench.rounds);
  return new Map([...results].map(([name, all]) => [name, all.slice(1)]));
}

async function put(servers: Servers, scenario: Scenario, request: Request, seconds: number): Promise<Result> {
  const before = await servers.look();
  const began = performance.now();
  const result = await load({
    servers: servers.gateways.slice(0, scenario.replicas),
    ...request,
    connections: scenario.callers,
    until: { milliseconds: seconds * 1000 },
    steady: { ramp: scenario.vendor[1], lead: 200 + longestOf(scenario) },
  });
  const elapsed = performance.now() - began;
  const after = await servers.look();
  const grown = (name: string) => after[name]! - before[name]!;
  return {
    ...result,
    each: Object.fromEntries(Object.keys(after).map((name) => [name, grown(name) / result.sent])),
    coresOfOthers: Math.max(0, grown('others')) / elapsed,
  };
}

async function inputsOf(
  servers: Servers,
  { deployment, kind, replicasForInputs }: Group,
  busy: readonly Result[],
  calm: readonly Result[],
): Promise<Measured['inputs']> {
  const name = `${deployment}/${kind}`;
  const failed = [...busy, ...calm].reduce((sum, one) => sum + one.failed, 0);
  if (failed > 0) throw new Error(`${name}: ${failed} requests failed.`);
  const valueOf = (cost: Cost) => median(cost === 'latency' ? calm.map(({ p50 }) => p50) : busy.map(({ each }) => each[cost]!));
  const where = (cost: Cost) =>
    `${cost === 'latency' ? 1 : CALLERS_FOR_COSTS} connections, ${replicasForInputs === 1 ? '' : `${replicasForInputs} gateways, `}vendor that answers at once`;
  const costs = (Object.keys(COSTS) as Cost[]).map((cost) => {
    const { unit, what } = COSTS[cost];
    return [`${name}/${cost}`, { value: rounded(valueOf(cost)), unit, where: `${what}; ${where(cost)}` }] as const;
  });
  const memory = rounded(Math.max(...servers.gateways.map(({ pid }) => residentMiB(pid))));
  const tag = { value: rounded(await servers.bytesOfTag()), unit: 'bytes', where: "one entry in a provider's set of cached keys" };
  return {
    ...Object.fromEntries(costs),
    [`${name}/residentMiB`]: { value: memory, unit: 'MiB', where: 'resident memory of the gateway afterwards' },
    ...(tag.value > 0 && { [`${name}/tagBytes`]: tag }),
  };
}

/** Nothing where requests failed, or none was answered. */
function figureOf(scenario: Scenario, results: readonly Result[]): Figure | undefined {
  if (results.some(({ failed, p50 }) => failed > 0 || Number.isNaN(p50))) return undefined;
  const of = (pick: (one: Result) => number) => rounded(median(results.map(pick)));
  return {
    ...scenario,
    perSecond: of(({ requestsPerSecond }) => requestsPerSecond),
    p50: of(({ p50 }) => p50),
    p95: of(({ p95 }) => p95),
    coresOfOthers: of(({ coresOfOthers }) => coresOfOthers),
  };
}

/** Milliseconds that the last caller may wait: all connections to a vendor may be in use. */
function longestOf({ callers, replicas, vendor: [, longest] }: Scenario): number {
  return longest * Math.max(1, (1.1 * callers) / replicas / CONNECTIONS_PER_ORIGIN);
}

/** Four digits are more than any of this is worth. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
