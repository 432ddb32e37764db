import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { percentile } from '../core/latencies.js';
import type { Outcome } from '../measured.js';

export interface Request {
  path: string;
  headers: Record<string, string>;
  /** A body for each request. */
  body: () => string | Buffer;
}

export interface TimedLoad {
  /** The replicas: callers are dealt to them in turn. */
  origins: readonly string[];
  request: Request;
  callers: number;
  /** Milliseconds over which callers begin: those who begin together would go on together. */
  ramp: number;
  /** Milliseconds that are only to warm up, and that count. */
  warmUp: number;
  counted: number;
  /** Called when it begins to count, and when it ends: what it returns is in the result. */
  look: () => Promise<Record<string, number>>;
}

export interface TimedResult extends Outcome {
  answered: number;
  failed: number;
  /** How much more each number was at the end. */
  grown: Record<string, number>;
}

/** Callers who ask again as soon as they are answered, for a time; only what is answered while it counts is counted. */
export async function loadFor({ origins, request, callers, ramp, warmUp, counted, look }: TimedLoad): Promise<TimedResult> {
  const pools = origins.map((origin) => new Pool(origin, { connections: Math.ceil(callers / origins.length), pipelining: 1 }));
  const latencies: number[] = [];
  const phase = { counts: false, over: false };
  let failed = 0;
  const caller = async (index: number) => {
    const pool = pools[index % pools.length]!;
    await sleep((index / callers) * ramp);
    while (!phase.over) {
      const began = performance.now();
      const { statusCode, body } = await pool.request({ ...request, method: 'POST', body: request.body() });
      await body.dump({ limit: Number.MAX_SAFE_INTEGER });
      if (!phase.counts) continue;
      latencies.push(performance.now() - began);
      if (statusCode !== 200) failed++;
    }
  };
  const all = Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  await sleep(ramp + warmUp);
  const before = await look();
  const began = performance.now();
  phase.counts = true;
  await sleep(counted);
  phase.counts = false;
  const seconds = (performance.now() - began) / 1000;
  const after = await look();
  phase.over = true;
  await all;
  await Promise.all(pools.map((pool) => pool.close()));
  return {
    perSecond: latencies.length / seconds,
    p50: percentile(latencies, 0.5),
    p95: percentile(latencies, 0.95),
    answered: latencies.length,
    failed,
    grown: Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)])),
  };
}
