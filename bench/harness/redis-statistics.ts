import type { RedisServer } from '../../libs/testing/src/servers/redis-server.js';
import { load, type Request } from './load.js';
import type { ServerProcess } from './server-process.js';

const REQUESTS = 200;

/** How often each command was called since Redis began; those within a script count, too. */
export async function callsOf(redis: RedisServer): Promise<ReadonlyMap<string, number>> {
  const lines = String(await redis.command('INFO', 'commandstats')).split('\r\n');
  return new Map(
    lines.flatMap((line) => {
      const [, command, calls] = /^cmdstat_(.+):calls=(\d+)/.exec(line) ?? [];
      return command === undefined ? [] : [[command, Number(calls)]];
    }),
  );
}

/**
 * How often Redis is gone to for each of some requests, one after the other. Commands that are sent together count once; the
 * script that counts usage, which no answer waits for, does not.
 */
export async function roundTrips(redis: RedisServer, server: ServerProcess, request: Request): Promise<number> {
  const first = await readsOf(redis);
  const looked = (await readsOf(redis)) - first;
  const before = await totalsOf(redis);
  const { sent } = await load({ servers: [server], ...request, connections: 1, until: { amount: REQUESTS } });
  const after = await totalsOf(redis);
  const each = (after.reads - before.reads - 2 * looked - (after.counted - before.counted)) / sent;
  // What a gateway does by itself now and then is among them.
  return Math.max(0, Math.round(each * 10) / 10);
}

async function totalsOf(redis: RedisServer): Promise<{ reads: number; counted: number }> {
  // It calls HSET once, and nothing else here does.
  return { reads: await readsOf(redis), counted: (await callsOf(redis)).get('hset') ?? 0 };
}

/** How often Redis found something to read on a connection: NaN before version 6. */
async function readsOf(redis: RedisServer): Promise<number> {
  const [, reads] = /^total_reads_processed:(\d+)/m.exec(String(await redis.command('INFO', 'stats'))) ?? [];
  return Number(reads);
}
