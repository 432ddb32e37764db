import { availableParallelism } from 'node:os';
import { RedisServer } from '../../libs/testing/src/servers/redis-server.js';
import type { Bench, Findings } from '../harness/bench.js';
import { load, warmUp } from '../harness/load.js';
import { markdownTable } from '../harness/markdown.js';
import { hasProgram } from '../harness/programs.js';
import { callsOf, roundTrips } from '../harness/redis-statistics.js';
import { table } from '../harness/report.js';
import { newSpeech, sameSpeech } from '../harness/requests.js';
import { compared, median, ratioOfThroughput, rounds, type Contender, type Row } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';
import { atMost } from '../harness/verdicts.js';

const CONNECTIONS = 32;
const CORES_FOR_FOUR = 8;

const LOADS = {
  'hit in memory': { request: sameSpeech, cache: 'memory' },
  'hit in Redis': { request: sameSpeech, cache: 'redis' },
  'a new text each': { request: newSpeech, cache: 'memory' },
} as const;
type LoadName = keyof typeof LOADS;
const KINDS = Object.keys(LOADS) as LoadName[];
type Cache = (typeof LOADS)[LoadName]['cache'];

type Trips = ReadonlyMap<LoadName, readonly number[]>;

/** Commands of Redis for each request, by their name, of every counted round. */
type Commands = Map<string, Map<string, number>[]>;

/** Gateways that share one Redis, with requests dealt to them in turn. */
export async function replicas(bench: Bench): Promise<Findings> {
  if (!hasProgram('redis-server')) return { markdown: '### Replicas\n\nredis-server is not installed.', verdicts: [] };
  const sizes = availableParallelism() >= CORES_FOR_FOUR ? [1, 2, 4] : [1, 2];
  const redis = await RedisServer.start();
  try {
    const gateways = await startAll(bench, redis, sizes.at(-1)!);
    const commands: Commands = new Map();
    const contenders = KINDS.flatMap((name) =>
      sizes.map((size) => contender(bench, redis, gateways[LOADS[name].cache].slice(0, size), name, commands)),
    );
    const rows = await rounds(contenders, bench.rounds);
    const trips = await tripsOf(bench, redis, gateways);
    return {
      markdown: `${describe(rows, sizes, commands)}\n${tripsTable(trips)}\n`,
      verdicts: [
        atMost({ name: 'replicas: round trips to Redis of a hit in memory', unit: '', target: 1, raw: trips.get('hit in memory')! }),
        atMost({ name: 'replicas: round trips to Redis of a hit in Redis', unit: '', target: 1, raw: trips.get('hit in Redis')! }),
      ],
    };
  } finally {
    await redis.stop();
  }
}

async function startAll(bench: Bench, redis: RedisServer, size: number): Promise<Record<Cache, ServerProcess[]>> {
  const { file } = await bench.speech();
  const vendor = await bench.server('vendor', [file, 0, 0, 0]);
  const gateways: Record<Cache, ServerProcess[]> = { memory: [], redis: [] };
  for (let index = 0; index < size; index++) {
    const shared = { REDIS_URL: redis.url };
    gateways.memory.push(await bench.gatewayTo([vendor], `memory-${index}`, shared));
    // So little memory that every hit comes from Redis.
    gateways.redis.push(await bench.gatewayTo([vendor], `redis-${index}`, { ...shared, PARLANCE_CACHE_BYTES: '1' }));
  }
  for (const server of [...gateways.memory, ...gateways.redis])
    for (const request of [sameSpeech, newSpeech]) await warmUp({ servers: [server], ...request }, bench.warmUp / 2);
  return gateways;
}

const nameOf = (name: LoadName, size: number) => `${name}, ${size} ${size === 1 ? 'gateway' : 'gateways'}`;

function contender(bench: Bench, redis: RedisServer, servers: readonly ServerProcess[], kind: LoadName, commands: Commands): Contender {
  const name = nameOf(kind, servers.length);
  commands.set(name, []);
  const milliseconds = bench.amount(1500, 700);
  return {
    name,
    run: async () => {
      const before = await callsOf(redis);
      const { request } = LOADS[kind];
      const result = await load({ servers, ...request, connections: CONNECTIONS, until: { milliseconds }, steady: bench.steady });
      const after = await callsOf(redis);
      const each = [...after].map(([command, calls]): [string, number] => [command, (calls - (before.get(command) ?? 0)) / result.sent]);
      commands.get(name)!.push(new Map(each.filter(([command, calls]) => calls > 0 && command !== 'info')));
      return result;
    },
  };
}

async function tripsOf(bench: Bench, redis: RedisServer, gateways: Record<Cache, readonly ServerProcess[]>): Promise<Trips> {
  const trips = new Map<LoadName, number[]>();
  for (const name of KINDS) {
    const { cache, request } = LOADS[name];
    const each: number[] = [];
    for (let round = 0; round < bench.rounds; round++) each.push(await roundTrips(redis, gateways[cache][0]!, request));
    trips.set(name, each);
  }
  return trips;
}

function tripsTable(trips: Trips): string {
  const rows = [...trips].map(([name, each]) => [name, median(each).toFixed(2), each.map((one) => one.toFixed(2)).join(' ')]);
  return [
    'Round trips to Redis that one request after the other comes to; what counts usage, behind the answer, is not among them:',
    '',
    markdownTable([['', 'round trips', 'every round'], ...rows]),
    '',
  ].join('\n');
}

const sum = (calls: ReadonlyMap<string, number>) => [...calls.values()].reduce((total, one) => total + one, 0);

function describe(rows: readonly Row[], sizes: readonly number[], commands: Commands): string {
  const scale = KINDS.flatMap((name) =>
    sizes.map((size) => {
      const raw = compared(rows, [nameOf(name, size), nameOf(name, 1)], ratioOfThroughput);
      const counted = commands.get(nameOf(name, size))!.slice(1);
      return [nameOf(name, size), median(raw).toFixed(2), median(counted.map(sum)).toFixed(2), namesOf(counted.at(-1)!)];
    }),
  );
  const cores = availableParallelism();
  const four = cores < CORES_FOR_FOUR ? ` Four gateways take ${CORES_FOR_FOUR} cores to say anything.` : '';
  return [
    table(`Replicas: gateways that share one Redis, 20 KB, ${CONNECTIONS} connections`, rows),
    `The gateways, Redis, the vendor and the load share ${cores} cores.${four}\n`,
    markdownTable([['', 'throughput of one gateway, times', 'commands of Redis for each request', 'which, in the last round'], ...scale]),
    '',
  ].join('\n');
}

function namesOf(calls: ReadonlyMap<string, number>): string {
  // What the gateways do by themselves now and then is next to nothing for each request.
  const often = [...calls].filter(([, each]) => each >= 0.01);
  return often.map(([command, each]) => `${command} ${each.toFixed(2)}`).join(', ') || 'none';
}
