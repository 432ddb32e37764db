import { RedisServer } from '../../libs/testing/src/servers/redis-server.js';
import type { Bench, Findings } from '../harness/bench.js';
import type { Reach } from '../harness/field.js';
import { load, warmUp } from '../harness/load.js';
import { hasProgram } from '../harness/programs.js';
import { table } from '../harness/report.js';
import { speechBody, speechHeaders, speechPath, TEXT_OF_20_KB } from '../harness/requests.js';
import { compared, missingRow, ratioOfThroughput, rounds, type Contender, type Row } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';
import { atLeast } from '../harness/verdicts.js';

const CONNECTIONS = 16;
const HIT = 'Parlance, hit in memory';
const BARE = 'bare node:http';
const body = speechBody(TEXT_OF_20_KB, 'local/flite');

/** A cache hit from memory and from Redis, next to servers that do nothing but send the same bytes. */
export async function cached(bench: Bench): Promise<Findings> {
  const rows = await cachedRows(bench, 'all');
  const raw = ratioOfHits(rows);
  return {
    markdown: table(`Cached: the same 20 KB, ${CONNECTIONS} connections`, rows),
    verdicts: [atLeast({ name: "cached: part of the bare server's", unit: '', target: 0.7, raw })],
  };
}

export function ratioOfHits(rows: readonly Row[]): number[] {
  return compared(rows, [HIT, BARE], ratioOfThroughput);
}

export async function cachedRows(bench: Bench, reach: Reach): Promise<Row[]> {
  const { file } = await bench.speech();
  const contender = async (name: string, server: ServerProcess, path = '/'): Promise<Contender> => {
    const request = { servers: [server], path, headers: speechHeaders, body: () => body };
    await warmUp(request, bench.warmUp);
    const until = { milliseconds: bench.amount(1500, 700) };
    return { name, run: () => load({ ...request, connections: CONNECTIONS, until, steady: bench.steady }) };
  };
  const contenders = [await contender(HIT, await bench.gateway('memory'), speechPath)];
  const bare = await contender(BARE, await bench.server('bare-server', [file, 'audio/mpeg']));
  if (reach === 'own') return rounds([...contenders, bare], bench.rounds);
  const redis = hasProgram('redis-server') ? await RedisServer.start() : undefined;
  try {
    // So little memory that every hit comes from Redis.
    const environment = { REDIS_URL: redis?.url, PARLANCE_CACHE_BYTES: '1' };
    if (redis !== undefined)
      contenders.push(await contender('Parlance, hit in Redis', await bench.gateway('redis', environment), speechPath));
    const nginx = hasProgram('nginx') ? await bench.server('nginx', ['file', file, 'audio/mpeg']) : undefined;
    if (nginx !== undefined) contenders.push(await contender('nginx, the file', nginx));
    const rows = await rounds([...contenders, bare], bench.rounds);
    return nginx === undefined ? [missingRow('nginx, the file', 'not installed'), ...rows] : rows;
  } finally {
    await redis?.stop();
  }
}
