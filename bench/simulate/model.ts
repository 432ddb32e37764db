import { CONNECTIONS_PER_ORIGIN } from '../../libs/providers/src/http/connection-pools.js';
import { closedLoop } from './core/arrivals.js';
import { Clock } from './core/clock.js';
import { Connections } from './core/connections.js';
import { Latencies } from './core/latencies.js';
import { Machine, type Process } from './core/machine.js';
import { Random } from './core/random.js';
import { Vendor } from './core/vendor.js';
import { costsOf, type Costs, type Kind, type Measured, type Outcome, type Scenario } from './measured.js';

/** How often a vendor is asked for one request of a kind. */
export const VENDOR_CALLS: Readonly<Record<Kind, number>> = { hit: 0, speech: 1, transcription: 1, turn: 2 };
/** Milliseconds. */
const COUNTED = 20_000;
const WARM_UP = 2000;

/** One gateway and what it waits for; processes may share a machine. */
export interface Station {
  gateway: Process;
  /** Threads beside the main one: they take cores away, and nobody waits for them. */
  helpers: Process;
  redis: Pick<Process, 'work'>;
  /** By the number of the call, from 0. */
  vendor: (call: number, answered: () => void) => void;
}

/**
 * What a load on one machine comes to: load generator, gateways, stand-in and Redis share its cores. It is told what a
 * request costs each of them, and how long one takes that is alone; never what many take.
 * @param coresOfOthers what other programs of the machine use
 */
export function predict(measured: Measured, scenario: Scenario, coresOfOthers = 0, seed = 1): Outcome {
  const costs = costsOf(measured, scenario.deployment, scenario.kind);
  const [clock, random] = [new Clock(), new Random(seed)];
  const machine = new Machine(clock, measured.machine.cores - coresOfOthers);
  const client = machine.process();
  const stations = stationsOn(clock, machine, scenario, costs, random);
  const [ramp, longest] = [scenario.vendor[1], (scenario.vendor[1] * scenario.callers) / CONNECTIONS_PER_ORIGIN];
  const begin = WARM_UP + 3 * Math.max(ramp, longest);
  const end = begin + COUNTED;
  const seen = new Latencies(begin);
  const waiting = waitingOf(costs);
  let sent = 0;
  closedLoop(clock, scenario.callers, Math.max(1, ramp), (over) => {
    const station = stations[sent++ % stations.length]!;
    const began = clock.now;
    const answered = () =>
      client.work(costs.client / 2, () => {
        seen.add(began, clock.now);
        over();
      });
    client.work(costs.client / 2, () => serve(station, costs, VENDOR_CALLS[scenario.kind], () => clock.after(waiting, answered)));
  });
  clock.runUntil(end);
  return { perSecond: seen.perSecond(end), p50: seen.percentile(0.5), p95: seen.percentile(0.95) };
}

/** Gateways that share Redis, the stand-in and the cores of one machine. */
function stationsOn(
  clock: Clock,
  machine: Machine,
  { kind, replicas, vendor: [from, to] }: Scenario,
  costs: Costs,
  random: Random,
): Station[] {
  const [standIn, redis] = [machine.process(), machine.process()];
  const far = new Vendor(clock, () => from + (to - from) * random.next());
  const share = costs.vendor / VENDOR_CALLS[kind] / 2;
  const ask = (answered: () => void) => standIn.work(share, () => far.ask(() => standIn.work(share, answered), answered));
  return Array.from({ length: replicas }, () => {
    const connections = new Connections(CONNECTIONS_PER_ORIGIN);
    const vendor: Station['vendor'] = (_call, answered) => connections.use(ask, answered);
    return { gateway: machine.process(), helpers: machine.process(), redis, vendor };
  });
}

/** One request through one gateway: its processor in even parts before, between and after what it waits for. */
export function serve(station: Station, costs: Costs, calls: number, over: () => void): void {
  const parts = calls + 1;
  const part = (index: number): void => {
    station.gateway.work(costs.gateway / parts, () =>
      station.redis.work(costs.redis / parts, () => {
        if (index === calls) over();
        else station.vendor(index, () => part(index + 1));
      }),
    );
  };
  station.helpers.work(costs.helpers, () => undefined);
  part(0);
}

/** What a request that is alone takes beyond all processors it uses: timers, sockets, wake-ups. */
function waitingOf({ latency, client, gateway, vendor, redis }: Costs): number {
  return Math.max(0, latency - client - gateway - vendor - redis);
}
