import { CONNECTIONS_PER_ORIGIN } from '../../../libs/providers/src/http/connection-pools.js';
import { dailyCurve, poisson } from '../core/arrivals.js';
import { Clock } from '../core/clock.js';
import { Connections } from '../core/connections.js';
import { Latencies } from '../core/latencies.js';
import { Machine } from '../core/machine.js';
import { Random } from '../core/random.js';
import { Vendor } from '../core/vendor.js';
import type { Costs } from '../measured.js';
import { serve, type Station } from '../model.js';
import type { Assumptions } from './assumptions.js';

/** What the busiest time of a day comes to. */
export interface Peak {
  turns: number;
  /** Milliseconds from the arrival of a turn to the end of its answer. */
  p50: number;
  p95: number;
  /** Milliseconds that the gateways add in the mean to what vendors take. */
  added: number;
  /** The most requests under way at once, at the vendors that hear, think and speak. */
  underWay: readonly [number, number, number];
  /** Share of requests that a vendor has refused. */
  refused: number;
  /** Busy share of the main thread of a gateway, and of a node of Redis. */
  gateway: number;
  redis: number;
}

/** A turn asks three vendors, one after the other. */
const VENDORS = ['transcription', 'model', 'speech'] as const;
/** More turns say nothing more, and take time. */
const MOST_TURNS = 60_000;
const HOUR = 3_600_000;
/** Milliseconds after the last arrival in which the last answer comes, too. */
const FAREWELL = 300_000;
/** The curve has its peak in the middle of it. */
const BUSIEST_FROM = 18.5 * HOUR;

/** What it is that is simulated. */
export interface Fleet {
  /** Gateways, each on the cores that one is given. */
  replicas: number;
  /** Nodes of a cluster, over which keys are spread evenly. */
  redisNodes: number;
  /** What a turn costs. */
  costs: Costs;
  /** Requests that each vendor takes at once. */
  quota?: number;
}

/**
 * The busiest hour of a day, or as much of its middle as there are enough turns in: arrivals by a daily curve, each on
 * the next of the gateways. Every turn is heard, thought about and spoken.
 * @param perDay turns
 */
export function simulatePeak(perDay: number, { replicas, redisNodes, costs, quota }: Fleet, assumptions: Assumptions): Peak {
  const [clock, random] = [new Clock(), new Random(1)];
  const vendors = VENDORS.map((name) => {
    const [median, p95] = [assumptions.of(`${name}Median`), assumptions.of(`${name}P95`)];
    return new Vendor(clock, () => random.logNormal(median, p95), quota);
  });
  const nodes = Array.from({ length: redisNodes }, () => new Machine(clock, 1).process());
  const redis = {
    work: (milliseconds: number, done: () => void) => nodes[Math.floor(random.next() * redisNodes)]!.work(milliseconds, done),
  };
  const stations = Array.from({ length: replicas }, () => {
    const machine = new Machine(clock, assumptions.of('coresPerReplica'));
    const connections = VENDORS.map(() => new Connections(CONNECTIONS_PER_ORIGIN));
    const vendor: Station['vendor'] = (call, answered) => connections[call]!.use((over) => vendors[call]!.ask(over, over), answered);
    return { gateway: machine.process(), helpers: machine.process(), redis, vendor };
  });
  const { length, rate, highest } = busiest(perDay, assumptions);
  const seen = new Latencies(0);
  let sent = 0;
  poisson(clock, random, rate, highest, () => {
    const station = stations[sent++ % replicas]!;
    const began = clock.now;
    serve(station, costs, VENDORS.length, () => seen.add(began, clock.now));
  });
  clock.runUntil(length + FAREWELL);
  const busy = (processes: readonly { asked: number }[]) =>
    processes.reduce((sum, { asked }) => sum + asked, 0) / length / processes.length;
  return {
    turns: seen.count,
    p50: seen.percentile(0.5),
    p95: seen.percentile(0.95),
    added: seen.mean - vendors.reduce((sum, { mean }) => sum + mean, 0),
    underWay: [vendors[0]!.most, vendors[1]!.most, vendors[2]!.most],
    refused: vendors.reduce((sum, { refused }) => sum + refused, 0) / (sent * VENDORS.length),
    gateway: busy(stations.map(({ gateway }) => gateway)),
    redis: busy(nodes),
  };
}

/** Turns per millisecond from the beginning of the time that is simulated, which has that length in milliseconds. */
function busiest(perDay: number, assumptions: Assumptions) {
  const factor = assumptions.of('peakFactor');
  const mean = perDay / 24 / HOUR;
  const length = Math.min(HOUR, MOST_TURNS / (mean * factor));
  const begin = BUSIEST_FROM + (HOUR - length) / 2;
  const curve = dailyCurve(factor);
  const rate = (time: number) => (time > length ? 0 : mean * curve((begin + time) / HOUR));
  return { length, rate, highest: mean * factor };
}
