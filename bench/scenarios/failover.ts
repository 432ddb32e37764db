import type { Bench, Findings } from '../harness/bench.js';
import { CONNECTIONS, VENDOR, compare, comparisonTable, type Comparison } from '../harness/comparison.js';
import { NAMES } from '../harness/field.js';
import { ensurePeers } from '../harness/peers.js';
import { portkeyToFirstOf } from '../harness/portkey.js';
import { atMost } from '../harness/verdicts.js';
import { fallbackAdapterFailover } from './library-failover.js';

const LIVEKIT = "LiveKit's FallbackAdapter, in its caller's process";

type Failover = Comparison & { hitsOnDead: number };

/** What each adds to a request while the first of two vendors is dead, and whether a request is lost. */
export async function failover(bench: Bench): Promise<Findings> {
  const audio = await bench.speech();
  const peers = await ensurePeers();
  const results: Record<string, Failover> = { [NAMES.parlance]: await failoverOfGateway(bench, audio.file, 'parlance') };
  const missing: string[] = [];
  if (peers.has('portkey')) results[NAMES.portkey] = await failoverOfGateway(bench, audio.file, 'portkey');
  else missing.push(`${NAMES.portkey}: not installed`);
  if (!peers.has('livekit')) missing.push(`${LIVEKIT}: not installed`);
  else {
    try {
      results[LIVEKIT] = await fallbackAdapterFailover(bench, audio);
    } catch (error) {
      // Its native part cannot be loaded on every machine.
      missing.push(`${LIVEKIT}: ${(error as Error).message}`);
    }
  }
  const parlance = results[NAMES.parlance]!;
  return {
    markdown: describe(results, missing),
    verdicts: [
      atMost({ name: 'failover: lost', unit: '', target: 0, raw: [parlance.lost] }),
      atMost({ name: 'failover: added p50', unit: ' ms', target: 2, raw: parlance.added.map(({ p50 }) => p50) }),
    ],
  };
}

async function failoverOfGateway(bench: Bench, file: string, name: 'parlance' | 'portkey'): Promise<Failover> {
  const vendor = await bench.server('vendor', [file, VENDOR.base, 0, VENDOR.spread]);
  const dead = await bench.server('dead');
  const way =
    name === 'parlance'
      ? { server: await bench.gatewayTo([dead, vendor], 'failover'), headers: {} }
      : { server: await bench.server('portkey', ['pinned']), headers: portkeyToFirstOf([dead.url, vendor.url]) };
  const comparison = await compare(vendor, way, { rounds: bench.rounds, requests: bench.amount(500, 150) });
  return { ...comparison, hitsOnDead: (await dead.ask<{ calls: number }>('calls')).calls };
}

function describe(results: Readonly<Record<string, Failover>>, missing: readonly string[]): string {
  const hits = Object.entries(results).map(([name, { hitsOnDead }]) => `${name} ${hitsOnDead}`);
  return [
    `### Failover: primary dead, ${CONNECTIONS} at a time, secondary takes ${VENDOR.base} to ${VENDOR.base + VENDOR.spread} ms\n`,
    comparisonTable(results),
    `calls to the dead primary: ${hits.join('; ')}`,
    ...missing.flatMap((line) => ['', line]),
    '',
  ].join('\n');
}
