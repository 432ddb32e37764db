import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { median, percentiles, type Percentiles } from '../harness/rounds.js';
import { ServerProcess } from '../harness/server-process.js';

const headers = { 'content-type': 'application/json', authorization: 'Bearer none' };
export const CONNECTIONS = 50;
const REQUESTS = 1000;
/**
 * As a quick vendor answers, different for each text: what is measured is the way there, not a queue for the
 * processor behind fifty answers of the same moment.
 */
export const VENDOR = { base: 250, spread: 250 };

export interface ResilienceResult {
  healthy: Comparison;
  /** The primary is dead and its breaker open. */
  failover: Comparison & { hitsOnDead: number };
  firstAudio: { segmented: number; whole: number; raw: readonly [number, number][] };
}

export interface Comparison {
  /** Milliseconds, of the vendor asked directly. */
  plain: Percentiles;
  /** How much later the same text is there through the gateway: of every round. */
  added: readonly Percentiles[];
  /** Requests without audio. */
  lost: number;
}

type Start = typeof ServerProcess.start;

/** What a plan of two vendors costs next to a plain client of the first alone. */
export async function resilience(start: Start, directory: string, mp3: string, rounds: number): Promise<ResilienceResult> {
  const vendorFile = new URL('../servers/vendor.mjs', import.meta.url);
  const primary = await start(vendorFile, [mp3, String(VENDOR.base), '0', String(VENDOR.spread)]);
  const secondary = await start(vendorFile, [mp3, String(VENDOR.base), '0', String(VENDOR.spread)]);
  const slow = await start(vendorFile, [mp3, '20', '2', '0']);
  const gateway = (name: string, vendors: readonly ServerProcess[]) => startGateway(start, join(directory, name), vendors);
  const healthy = await compare(primary, await gateway('healthy', [primary, secondary]), rounds);
  const dead = await start(new URL('../servers/dead.mjs', import.meta.url));
  const failover = await compare(secondary, await gateway('dead', [dead, secondary]), rounds);
  const { calls: hitsOnDead } = await dead.ask<{ calls: number }>('calls');
  return { healthy, failover: { ...failover, hitsOnDead }, firstAudio: await firstAudio(slow, await gateway('slow', [slow]), rounds) };
}

/** The gateway with these vendors as its plan, keeping its data in a folder of its own. */
export async function startGateway(start: Start, directory: string, vendors: readonly ServerProcess[]): Promise<ServerProcess> {
  const file = `${directory}.yaml`;
  const accounts = vendors.map(({ url }, index) => ({
    name: `vendor-${index}`,
    provider: 'openai-compatible',
    options: { server: 'openai', apiKey: 'none', baseUrl: `${url}/v1` },
  }));
  await writeFile(file, JSON.stringify({ providers: accounts }));
  return start(new URL('../servers/gateway.mjs', import.meta.url), [], {
    PORT: '0',
    PARLANCE_DATA_DIR: directory,
    PARLANCE_LOG_LEVEL: 'error',
    PARLANCE_CONFIG_FILE: file,
    PARLANCE_SPEECH_PLAN: accounts.map((account) => account.name).join(','),
  });
}

async function compare(vendor: ServerProcess, gateway: ServerProcess, rounds: number): Promise<Comparison> {
  const plain: number[] = [];
  const added: Percentiles[] = [];
  let lost = 0;
  await speakAll(gateway, newTexts(2 * REQUESTS), 4 * CONNECTIONS);
  for (let round = 0; round < rounds; round++) {
    const texts = newTexts(REQUESTS);
    const direct = await speakAll(vendor, texts);
    const through = await speakAll(gateway, texts);
    lost += texts.filter((text) => !through.has(text)).length;
    plain.push(...direct.values());
    added.push(percentiles(texts.flatMap((text) => (through.has(text) ? [through.get(text)! - direct.get(text)!] : []))));
  }
  return { plain: percentiles(plain), added, lost };
}

let texts = 0;

function newTexts(count: number): string[] {
  return Array.from({ length: count }, () => `This is sentence number ${texts++}.`);
}

/** Milliseconds until the last byte, by text; those that failed are missing. */
async function speakAll(server: ServerProcess, wanted: readonly string[], connections = CONNECTIONS): Promise<Map<string, number>> {
  const pool = new Pool(server.url, { connections, pipelining: 1 });
  const times = new Map<string, number>();
  const left = [...wanted];
  const caller = async (index: number) => {
    // Callers come when they come: fifty at the same moment would wait for each other and not for the gateway.
    await sleep((index / connections) * (VENDOR.base + VENDOR.spread));
    for (let text = left.shift(); text !== undefined; text = left.shift()) {
      const began = performance.now();
      const { statusCode, body } = await pool.request({ path: '/v1/audio/speech', method: 'POST', headers, body: speechBody(text) });
      const { byteLength } = await body.arrayBuffer();
      if (statusCode === 200 && byteLength > 1000) times.set(text, performance.now() - began);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => caller(index)));
  await pool.close();
  return times;
}

function speechBody(input: string): string {
  return JSON.stringify({ model: 'tts-1', voice: 'alloy', input, response_format: 'mp3' });
}

/** Milliseconds until the first byte of twenty sentences, through the gateway and from a vendor who makes them in one piece. */
async function firstAudio(vendor: ServerProcess, gateway: ServerProcess, rounds: number): Promise<ResilienceResult['firstAudio']> {
  const raw: [number, number][] = [];
  for (let round = 0; round < rounds; round++) {
    const text = Array.from({ length: 20 }, () => `Sentence number ${texts++} is as long as most sentences are.`).join(' ');
    raw.push([await firstByte(gateway, text), await firstByte(vendor, text)]);
  }
  return { segmented: median(raw.map(([through]) => through)), whole: median(raw.map(([, plain]) => plain)), raw };
}

async function firstByte(server: ServerProcess, input: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${server.url}/v1/audio/speech`, {
    method: 'POST',
    headers,
    body: speechBody(input),
  });
  if (!response.ok || response.body === null) throw new Error(`The server answered ${response.status}.`);
  let first = 0;
  for await (const _ of response.body as AsyncIterable<Uint8Array>) first ||= performance.now() - began;
  return first;
}

export function comparisonTable(rows: Readonly<Record<string, Comparison>>): string {
  const lines = Object.entries(rows).map(([name, { plain, added, lost }]) => {
    const raw = added.map(({ p50, p99 }) => `${p50.toFixed(2)}/${p99.toFixed(2)}`).join(' ');
    const of = (field: keyof Percentiles) => median(added.map((one) => one[field])).toFixed(2);
    return `| ${name} | ${plain.p50.toFixed(1)}/${plain.p99.toFixed(1)} | ${of('p50')} | ${of('p99')} | ${lost} | ${raw} |`;
  });
  return [
    '| | vendor alone p50/p99 ms | added p50 ms | added p99 ms | lost | added p50/p99 of every round |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

export function describeResilience({ healthy, failover, firstAudio: first }: ResilienceResult): string {
  return [
    `### ${REQUESTS} requests, ${CONNECTIONS} at a time, to vendors that take ${VENDOR.base} to ${VENDOR.base + VENDOR.spread} ms\n`,
    comparisonTable({ 'all healthy': healthy, 'primary dead': failover }),
    `calls to the dead primary: ${failover.hitsOnDead}`,
    '',
    '### First audio of 20 sentences, a vendor that takes 20 ms and 2 ms for each character\n',
    `by passages ${first.segmented.toFixed(0)} ms, in one request ${first.whole.toFixed(0)} ms: ratio ${(first.segmented / first.whole).toFixed(3)} ` +
      `(every round: ${first.raw.map(([segmented, whole]) => `${segmented.toFixed(0)}/${whole.toFixed(0)}`).join(' ')})`,
  ].join('\n');
}
