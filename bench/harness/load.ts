import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { processorMilliseconds } from './processor-time.js';
import { percentiles } from './rounds.js';
import type { ServerProcess } from './server-process.js';

/** One kind of request. */
export interface Request {
  path: string;
  headers: Record<string, string>;
  /** A body for each request of a caller, who sends one at a time. */
  body: (caller: number) => string | Buffer;
}

export interface Load extends Request {
  /** Requests go to each in turn. */
  servers: readonly ServerProcess[];
  connections: number;
  /** Requests in all, or for how many milliseconds new ones are sent. */
  until: { amount: number } | { milliseconds: number };
  /**
   * Absent: everything counts, from the first request to the last answer. Else callers begin one after the other over
   * `ramp` milliseconds, and only what is answered in the milliseconds of `until`, which begin `lead` after that, is in
   * throughput and times: for vendors that take their time, and for servers that have rested.
   */
  steady?: { ramp: number; lead: number };
}

export interface LoadResult {
  sent: number;
  requestsPerSecond: number;
  /** Milliseconds until the last byte. */
  p50: number;
  p95: number;
  p99: number;
  failed: number;
  /** Milliseconds of processor of the servers for each request that was sent since it counts; NaN where the system does not tell. */
  processor: number;
}

export const WARM_UP_CONNECTIONS = 16;

/** Sends POST requests over `connections` kept-alive connections, the next as soon as one is answered. */
export async function load({ servers, path, headers, body, connections, until, steady }: Load): Promise<LoadResult> {
  const pools = servers.map(({ url }) => new Pool(url, { connections, pipelining: 1 }));
  const used = () => servers.reduce((sum, { pid }) => sum + processorMilliseconds(pid), 0);
  const latencies: number[] = [];
  let sent = 0;
  let failed = 0;
  const { ramp, lead } = steady ?? { ramp: 0, lead: 0 };
  const began = performance.now() + ramp + lead;
  let before = { used: used(), sent };
  const beginning = setTimeout(() => (before = { used: used(), sent }), ramp + lead);
  const end = 'amount' in until ? Number.POSITIVE_INFINITY : began + until.milliseconds;
  const isOver = () => ('amount' in until ? sent >= until.amount : performance.now() >= end);
  const caller = async (index: number) => {
    if (ramp > 0) await sleep((index / connections) * ramp);
    while (!isOver()) {
      const pool = pools[sent++ % pools.length]!;
      const asked = performance.now();
      if (!(await isAnswered(pool, { path, headers, body: body(index) }))) failed++;
      const answered = performance.now();
      if (steady === undefined || (answered >= began && answered <= end)) latencies.push(answered - asked);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => caller(index)));
  const seconds = ((steady === undefined ? performance.now() : Math.min(end, performance.now())) - began) / 1000;
  clearTimeout(beginning);
  const processor = (used() - before.used) / (sent - before.sent);
  await Promise.all(pools.map((pool) => pool.close()));
  return { sent, requestsPerSecond: latencies.length / seconds, ...percentiles(latencies), failed, processor };
}

/** Compiled by then is what is asked often: servers of much code get faster for thousands of requests. */
export async function warmUp(
  request: Pick<Load, 'servers' | 'path' | 'headers' | 'body'>,
  milliseconds: number,
  connections = WARM_UP_CONNECTIONS,
): Promise<void> {
  await load({ ...request, connections, until: { milliseconds } });
}

/** Whether the answer is 200 and came to its end. */
async function isAnswered(pool: Pool, request: { path: string; headers: Record<string, string>; body: string | Buffer }): Promise<boolean> {
  try {
    const { statusCode, body } = await pool.request({ method: 'POST', ...request });
    await body.dump({ limit: Number.MAX_SAFE_INTEGER });
    return statusCode === 200;
  } catch {
    return false;
  }
}
