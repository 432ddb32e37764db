import type { Bench, Findings } from '../harness/bench.js';
import { CONNECTIONS, VENDOR, compare, comparisonTable, type Comparison } from '../harness/comparison.js';
import { newTexts, speechBody, speechHeaders, speechPath } from '../harness/requests.js';
import { median } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';

interface ResilienceResult {
  requests: number;
  healthy: Comparison;
  /** The primary is dead and its breaker open. */
  failover: Comparison & { hitsOnDead: number };
  firstAudio: { segmented: number; whole: number; raw: readonly [number, number][] };
}

/** What a plan of two vendors costs next to a plain client of the first alone. */
export async function resilience(bench: Bench): Promise<Findings> {
  const { file } = await bench.speech();
  const primary = await bench.server('vendor', [file, VENDOR.base, 0, VENDOR.spread]);
  const secondary = await bench.server('vendor', [file, VENDOR.base, 0, VENDOR.spread]);
  const slow = await bench.server('vendor', [file, 20, 2, 0]);
  const dead = await bench.server('dead');
  const effort = { rounds: bench.rounds, requests: bench.amount(1000, 200) };
  const healthy = await compare(primary, { server: await bench.gatewayTo([primary, secondary], 'healthy'), headers: {} }, effort);
  const failover = await compare(secondary, { server: await bench.gatewayTo([dead, secondary], 'dead'), headers: {} }, effort);
  const { calls: hitsOnDead } = await dead.ask<{ calls: number }>('calls');
  const first = await firstAudio(slow, await bench.gatewayTo([slow], 'slow'), bench.rounds);
  const result = { requests: effort.requests, healthy, failover: { ...failover, hitsOnDead }, firstAudio: first };
  return { markdown: describe(result), verdicts: [] };
}

/** Milliseconds until the first byte of twenty sentences, through the gateway and from a vendor who makes them in one piece. */
async function firstAudio(vendor: ServerProcess, gateway: ServerProcess, rounds: number): Promise<ResilienceResult['firstAudio']> {
  const raw: [number, number][] = [];
  for (let round = 0; round < rounds; round++) {
    const text = newTexts(20).join(' ');
    raw.push([await firstByte(gateway, text), await firstByte(vendor, text)]);
  }
  return { segmented: median(raw.map(([through]) => through)), whole: median(raw.map(([, plain]) => plain)), raw };
}

async function firstByte(server: ServerProcess, input: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${server.url}${speechPath}`, {
    method: 'POST',
    headers: speechHeaders,
    body: speechBody(input),
  });
  if (!response.ok || response.body === null) throw new Error(`The server answered ${response.status}.`);
  let first = 0;
  for await (const _ of response.body as AsyncIterable<Uint8Array>) first ||= performance.now() - began;
  return first;
}

function describe({ requests, healthy, failover, firstAudio: first }: ResilienceResult): string {
  return [
    `### ${requests} requests, ${CONNECTIONS} at a time, to vendors that take ${VENDOR.base} to ${VENDOR.base + VENDOR.spread} ms\n`,
    comparisonTable({ 'all healthy': healthy, 'primary dead': failover }),
    `calls to the dead primary: ${failover.hitsOnDead}`,
    '',
    '### First audio of 20 sentences, a vendor that takes 20 ms and 2 ms for each character\n',
    `by passages ${first.segmented.toFixed(0)} ms, in one request ${first.whole.toFixed(0)} ms: ratio ${(first.segmented / first.whole).toFixed(3)} ` +
      `(every round: ${first.raw.map(([segmented, whole]) => `${segmented.toFixed(0)}/${whole.toFixed(0)}`).join(' ')})`,
    '',
  ].join('\n');
}
