import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Way } from './field.js';
import { markdownTable } from './markdown.js';
import { newTexts, speechBody, speechHeaders, speechPath } from './requests.js';
import { median, percentiles, type Percentiles } from './rounds.js';
import type { ServerProcess } from './server-process.js';

/** At a time. */
export const CONNECTIONS = 50;
/**
 * As a quick vendor answers, different for each text: what is measured is the way there, not a queue for the
 * processor behind fifty answers of the same moment.
 */
export const VENDOR = { base: 250, spread: 250 };

export interface Comparison {
  /** Milliseconds, of the vendor asked directly. */
  plain: Percentiles;
  /** How much later the same text is there through the gateway: of every round. */
  added: readonly Percentiles[];
  /** Requests without audio. */
  lost: number;
}

/** The same new texts from the vendor and over a way to it, in turn. */
export async function compare(
  vendor: ServerProcess,
  way: Pick<Way, 'server' | 'headers'>,
  { rounds, requests }: { rounds: number; requests: number },
): Promise<Comparison> {
  const plain: number[] = [];
  const added: Percentiles[] = [];
  let lost = 0;
  // Servers of much code get faster for thousands of requests.
  await speakAll(way, newTexts(8 * requests), 4 * CONNECTIONS);
  for (let round = 0; round < rounds; round++) {
    const texts = newTexts(requests);
    const direct = await speakAll({ server: vendor, headers: {} }, texts);
    // It has rested meanwhile.
    await speakAll(way, newTexts(2 * requests), 4 * CONNECTIONS);
    const through = await speakAll(way, texts);
    lost += texts.filter((text) => !through.has(text)).length;
    plain.push(...direct.values());
    added.push(percentiles(texts.flatMap((text) => (through.has(text) ? [through.get(text)! - direct.get(text)!] : []))));
  }
  return { plain: percentiles(plain), added, lost };
}

/** Milliseconds until the last byte, by text; those that failed are missing. */
async function speakAll(
  { server, headers }: Pick<Way, 'server' | 'headers'>,
  wanted: readonly string[],
  connections = CONNECTIONS,
): Promise<Map<string, number>> {
  const pool = new Pool(server.url, { connections, pipelining: 1 });
  const times = new Map<string, number>();
  const left = [...wanted];
  const caller = async (index: number) => {
    // Callers come when they come: fifty at the same moment would wait for each other and not for the gateway.
    await sleep((index / connections) * (VENDOR.base + VENDOR.spread));
    for (let text = left.shift(); text !== undefined; text = left.shift()) {
      const began = performance.now();
      const request = { path: speechPath, method: 'POST', headers: { ...speechHeaders, ...headers }, body: speechBody(text) } as const;
      const { statusCode, body } = await pool.request(request);
      const { byteLength } = await body.arrayBuffer();
      if (statusCode === 200 && byteLength > 1000) times.set(text, performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => caller(index)));
  await pool.close();
  return times;
}

export function comparisonTable(rows: Readonly<Record<string, Comparison>>): string {
  const lines = Object.entries(rows).map(([name, { plain, added, lost }]) => {
    const raw = added.map(({ p50, p99 }) => `${p50.toFixed(2)}/${p99.toFixed(2)}`).join(' ');
    const of = (field: keyof Percentiles) => median(added.map((one) => one[field])).toFixed(2);
    return [name, `${plain.p50.toFixed(1)}/${plain.p99.toFixed(1)}`, of('p50'), of('p99'), String(lost), raw];
  });
  const heading = ['', 'vendor alone p50/p99 ms', 'added p50 ms', 'added p99 ms', 'lost', 'added p50/p99 of every round'];
  return `${markdownTable([heading, ...lines])}\n`;
}
