import type { Bench } from './bench.js';
import { load, warmUp, type Request } from './load.js';
import { ensurePeers } from './peers.js';
import { portkeyToVendor } from './portkey.js';
import { hasProgram } from './programs.js';
import { missingRow, rounds, type Row } from './rounds.js';
import type { ServerProcess } from './server-process.js';

export const NAMES = {
  parlance: 'Parlance',
  portkey: 'Portkey, with the web server it works with',
  published: 'Portkey, as published',
  nginx: 'nginx, as a proxy',
  proxy: 'bare node:http proxy',
  vendor: 'the vendor itself',
} as const;

type Headers = Record<string, string>;

/** What a request to the vendor goes through. */
export interface Way {
  name: string;
  server: ServerProcess;
  /** That it wants besides. */
  headers: Headers;
}

/** The ways to one vendor. */
export interface Field {
  ways: readonly Way[];
  /** Why there is no such way, by its name. */
  missing: ReadonlyMap<string, string>;
}

/** Only what needs no other software, and what it is compared with; or everything. */
export type Reach = 'own' | 'all';

export async function startField(bench: Bench, vendor: ServerProcess, reach: Reach = 'all'): Promise<Field> {
  const ways: Way[] = [{ name: NAMES.parlance, server: await bench.gatewayTo([vendor], 'parlance'), headers: {} }];
  const missing = new Map<string, string>();
  if (reach === 'all') await addOthers(bench, vendor, ways, missing);
  ways.push({ name: NAMES.proxy, server: await bench.server('bare-proxy', [vendor.url]), headers: {} });
  if (reach === 'all') ways.push({ name: NAMES.vendor, server: vendor, headers: {} });
  return { ways, missing };
}

async function addOthers(bench: Bench, vendor: ServerProcess, ways: Way[], missing: Map<string, string>): Promise<void> {
  const peers = await ensurePeers();
  for (const [peer, name, variant] of [
    ['portkey', NAMES.portkey, 'pinned'],
    ['portkey-as-published', NAMES.published, 'as-published'],
  ] as const) {
    if (peers.has(peer)) ways.push({ name, server: await bench.server('portkey', [variant]), headers: portkeyToVendor(vendor.url) });
    else missing.set(name, 'not installed');
  }
  if (hasProgram('nginx')) ways.push({ name: NAMES.nginx, server: await bench.server('nginx', ['proxy', vendor.url]), headers: {} });
  else missing.set(NAMES.nginx, 'not installed');
}

/**
 * Those of the field whose answer is what the vendor sends; the others are missing, with what they answer instead.
 * @throws where Parlance, the bare proxy or the vendor are among the others
 */
export async function provenField(field: Field, request: Request, bytes: number): Promise<Field> {
  const missing = new Map(field.missing);
  const ways: Way[] = [];
  for (const way of field.ways) {
    const problem = await problemOf(way, request, bytes);
    if (problem === undefined) ways.push(way);
    else if (way.name === NAMES.published || way.name === NAMES.portkey) missing.set(way.name, `failed: ${problem}`);
    else throw new Error(`${way.name}: ${problem}`);
  }
  return { ways, missing };
}

async function problemOf({ server, headers }: Way, request: Request, bytes: number): Promise<string | undefined> {
  const response = await fetch(`${server.url}${request.path}`, {
    method: 'POST',
    headers: { ...request.headers, ...headers },
    body: request.body(0),
  });
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) return `answers ${response.status}`;
  return byteLength === bytes ? undefined : `${byteLength} bytes instead of ${bytes}`;
}

/** The same load over each way, in turn. */
export async function roundsOver(
  bench: Bench,
  { ways, missing }: Field,
  request: Request,
  { connections, milliseconds }: { connections: number; milliseconds: number },
): Promise<Row[]> {
  const requestTo = ({ server, headers }: Way) => ({ servers: [server], ...request, headers: { ...request.headers, ...headers } });
  for (const way of ways) await warmUp(requestTo(way), bench.warmUp);
  const contenders = ways.map((way) => ({
    name: way.name,
    run: () => load({ ...requestTo(way), connections, until: { milliseconds }, steady: bench.steady }),
  }));
  return inOrder(await rounds(contenders, bench.rounds), missing);
}

/** The rows in the order of `NAMES`, those that are missing among them. */
export function inOrder(rows: readonly Row[], missing: ReadonlyMap<string, string>): Row[] {
  const rest = new Map([...missing].map(([name, why]) => [name, missingRow(name, why)]));
  return Object.values(NAMES).flatMap((name) => rows.find((row) => row.name === name) ?? rest.get(name) ?? []);
}
