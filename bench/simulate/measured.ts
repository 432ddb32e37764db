import { readFileSync, writeFileSync } from 'node:fs';

/** What is asked of the gateway; `bench/README.md` says what each of them is. */
export const KINDS = ['hit', 'speech', 'transcription', 'turn'] as const;
export type Kind = (typeof KINDS)[number];

/** One process with its own memory and disk; one with Redis; several that share Redis. */
export const DEPLOYMENTS = ['alone', 'single', 'shared'] as const;
export type Deployment = (typeof DEPLOYMENTS)[number];

/** What one request of a kind costs. All times in milliseconds. */
export const COSTS = {
  client: { unit: 'ms', what: 'processor of the load generator' },
  gateway: { unit: 'ms', what: "processor of the gateway's main thread" },
  helpers: { unit: 'ms', what: "processor of the gateway's other threads" },
  vendor: { unit: 'ms', what: "processor of the vendor's stand-in" },
  redis: { unit: 'ms', what: 'processor of Redis' },
  latency: { unit: 'ms', what: 'median time to the last byte, one caller' },
  redisCommands: { unit: 'commands', what: 'commands that Redis did, those of scripts included' },
  redisBytesIn: { unit: 'bytes', what: 'sent to Redis' },
  redisBytesOut: { unit: 'bytes', what: 'read from Redis' },
  redisBytesKept: { unit: 'bytes', what: "more in Redis's memory afterwards" },
} as const;
export type Cost = keyof typeof COSTS;
export type Costs = Readonly<Record<Cost, number>>;

/** The input that says what a job of the queue costs Redis. */
export const QUEUE_JOB = 'queue/job/redis';

export interface Input {
  value: number;
  unit: string;
  where: string;
}

/** A load on one machine. */
export interface Scenario {
  kind: Kind;
  deployment: Deployment;
  /** Each asks again as soon as it is answered. */
  callers: number;
  replicas: number;
  /** Milliseconds that the vendor takes: something between them, evenly spread. */
  vendor: readonly [number, number];
}

/** What a load has come to, over all its replicas. */
export interface Outcome {
  perSecond: number;
  /** Milliseconds until the last byte. */
  p50: number;
  p95: number;
}

export interface Figure extends Scenario, Outcome {
  /** Cores that other programs of the machine used meanwhile. */
  coresOfOthers: number;
}

export interface Measured {
  machine: { node: string; processor: string; cores: number; day: string };
  /** By deployment, kind and cost, such as `alone/speech/gateway`; and `alone/residentMiB`. */
  inputs: Record<string, Input>;
  /** By name: what the simulation must come to, and is never told. */
  figures: Record<string, Figure>;
}

const file = new URL('./measured.json', import.meta.url);

export function readMeasured(): Measured {
  return JSON.parse(readFileSync(file, 'utf8')) as Measured;
}

export function writeMeasured(measured: Measured): void {
  writeFileSync(file, `${JSON.stringify(measured, undefined, 2)}\n`);
}

/** @throws Error when it has not been measured */
export function inputOf({ inputs }: Measured, name: string): number {
  const input = inputs[name];
  if (input === undefined) throw new Error(`There is no input ${name}: npm run simulate -- --measure ${name}`);
  return input.value;
}

export function costsOf(measured: Measured, deployment: Deployment, kind: Kind): Costs {
  const names = Object.keys(COSTS) as Cost[];
  return Object.fromEntries(names.map((cost) => [cost, inputOf(measured, `${deployment}/${kind}/${cost}`)])) as Record<Cost, number>;
}
