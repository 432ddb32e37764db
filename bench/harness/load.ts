import { Pool } from 'undici';
import { percentiles } from './rounds.js';

export interface Load {
  /** Where the server listens. */
  origin: string;
  path: string;
  headers: Record<string, string>;
  /** A body for each request. */
  body: () => string | Buffer;
  connections: number;
  /** Requests in all. */
  amount: number;
}

export interface LoadResult {
  requestsPerSecond: number;
  /** Milliseconds until the last byte. */
  p50: number;
  p99: number;
  failed: number;
}

/** Sends `amount` POST requests over `connections` kept-alive connections, the next as soon as one is answered. */
export async function load({ origin, path, headers, body, connections, amount }: Load): Promise<LoadResult> {
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const latencies: number[] = [];
  let sent = 0;
  let failed = 0;
  const caller = async () => {
    while (sent++ < amount) {
      const began = performance.now();
      const { statusCode, body: answer } = await pool.request({ path, method: 'POST', headers, body: body() });
      await answer.dump({ limit: Number.MAX_SAFE_INTEGER });
      latencies.push(performance.now() - began);
      if (statusCode !== 200) failed++;
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, () => caller()));
  const seconds = (performance.now() - began) / 1000;
  await pool.close();
  return { requestsPerSecond: amount / seconds, ...percentiles(latencies), failed };
}
