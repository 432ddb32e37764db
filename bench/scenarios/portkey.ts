import { join } from 'node:path';
import { load } from '../harness/load.js';
import { ensurePeers } from '../harness/peers.js';
import { portkeyToFirstOf, portkeyToVendor } from '../harness/portkey.js';
import { missingRow, rounds, type Contender, type Row } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';
import { startGateway } from './resilience.js';

type Start = typeof ServerProcess.start;
type Headers = Record<string, string>;

const VARIANTS = [
  { peer: 'portkey', variant: 'pinned', name: 'Portkey, with the web server it works with' },
  { peer: 'portkey-as-published', variant: 'as-published', name: 'Portkey, as published' },
] as const;

let counter = 0;
const body = () =>
  JSON.stringify({ model: 'tts-1', voice: 'alloy', input: `A sentence that is new, number ${counter++}.`, response_format: 'mp3' });

/** What a gateway does with a new text each time, next to the vendor that it asks, which answers at once. */
export async function portkey(start: Start, directory: string, mp3: string, count: number): Promise<Row[]> {
  const peers = await ensurePeers();
  const vendor = await start(new URL('../servers/vendor.mjs', import.meta.url), [mp3, '0', '0', '0']);
  const dead = await start(new URL('../servers/dead.mjs', import.meta.url));
  const contender = (name: string, { url: origin }: ServerProcess, headers: Headers = {}): Contender => ({
    name,
    run: () =>
      load({
        origin,
        path: '/v1/audio/speech',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        connections: 16,
        amount: 600,
      }),
  });
  const gateway = (name: string, vendors: readonly ServerProcess[]) => startGateway(start, join(directory, `portkey-${name}`), vendors);
  const contenders = [
    contender('Parlance', await gateway('healthy', [vendor])),
    contender('Parlance, primary dead', await gateway('dead', [dead, vendor])),
  ];
  for (const { name, variant } of VARIANTS.filter(({ peer }) => peers.has(peer))) {
    const server = await start(new URL('../servers/portkey.mjs', import.meta.url), [variant]);
    contenders.push(contender(name, server, portkeyToVendor(vendor.url)));
    contenders.push(contender(`${name}, primary dead`, server, portkeyToFirstOf([dead.url, vendor.url])));
  }
  const rows = await rounds([...contenders, contender('the vendor itself', vendor)], count);
  return [...VARIANTS.filter(({ peer }) => !peers.has(peer)).map(({ name }) => missingRow(name, 'not installed')), ...rows];
}
