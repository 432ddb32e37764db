import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { speechBody, speechHeaders, speechPath } from './requests.js';
import type { ServerProcess } from './server-process.js';

export interface Asked {
  /** Milliseconds until the last byte of each answer that came whole. */
  latencies: readonly number[];
  failed: number;
}

const ARRIVAL_MILLISECONDS = 1000;

/**
 * Users who come one after the other within a second; each asks for his texts in order.
 * @param bytes that each answer has
 */
export async function users(server: ServerProcess, textsOfEach: readonly (readonly string[])[], bytes: number): Promise<Asked> {
  const pool = new Pool(server.url, { connections: textsOfEach.length, pipelining: 1 });
  const latencies: number[] = [];
  let failed = 0;
  const user = async (texts: readonly string[], index: number) => {
    await sleep((index / textsOfEach.length) * ARRIVAL_MILLISECONDS);
    for (const text of texts) {
      const began = performance.now();
      if ((await bytesOf(pool, text)) === bytes) latencies.push(performance.now() - began);
      else failed++;
    }
  };
  await Promise.all(textsOfEach.map(user));
  await pool.close();
  return { latencies, failed };
}

/** None where there is no audio. */
async function bytesOf(pool: Pool, text: string): Promise<number> {
  try {
    const { statusCode, body } = await pool.request({
      path: speechPath,
      method: 'POST',
      headers: speechHeaders,
      body: speechBody(text),
    });
    const { byteLength } = await body.arrayBuffer();
    return statusCode === 200 ? byteLength : 0;
  } catch {
    return 0;
  }
}
