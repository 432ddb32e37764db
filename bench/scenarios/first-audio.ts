import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Bench, Findings } from '../harness/bench.js';
import { warmUp } from '../harness/load.js';
import { markdownTable } from '../harness/markdown.js';
import { newSpeech, newTexts, speechBody, speechHeaders, speechPath } from '../harness/requests.js';
import { percentiles, type Percentiles } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';
import { atMost } from '../harness/verdicts.js';

const CALLERS = 4;
const VENDOR = { first: 20, between: 10, pieces: 10 };
/** Each request takes a tenth of a second: with fewer, hardly any would be sent to warm up. */
const WARM_UP_CALLERS = 64;

interface Round {
  direct: Percentiles;
  through: Percentiles;
  /** How much later the same text was heard. */
  added: Percentiles;
  /** The same of what Node needs at the least. */
  proxy: Percentiles;
}

/** When the first audio of a vendor that streams is there, through the gateway and without it. */
export async function firstAudio(bench: Bench): Promise<Findings> {
  const { file } = await bench.speech();
  const vendor = await bench.server('streaming-vendor', [file, VENDOR.first, VENDOR.between, VENDOR.pieces]);
  const gateway = await bench.gatewayTo([vendor], 'streaming');
  const proxy = await bench.server('bare-proxy', [vendor.url]);
  for (const server of [gateway, proxy]) await warmUp({ servers: [server], ...newSpeech }, bench.warmUp, WARM_UP_CALLERS);
  const rounds: Round[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    const texts = newTexts(bench.amount(200, 60));
    const hear = async (server: ServerProcess) => {
      await warmUp({ servers: [server], ...newSpeech }, bench.steady.lead, WARM_UP_CALLERS);
      return firstBytes(server, texts);
    };
    const direct = await hear(vendor);
    const through = await hear(gateway);
    const proxied = await hear(proxy);
    const later = (times: readonly number[]) => percentiles(times.map((time, index) => time - direct[index]!));
    rounds.push({ direct: percentiles(direct), through: percentiles(through), added: later(through), proxy: later(proxied) });
  }
  return {
    markdown: describe(rounds),
    verdicts: [
      atMost({ name: 'first audio: added p50', unit: ' ms', target: 1, raw: rounds.map(({ added }) => added.p50) }),
      atMost({ name: 'first audio: added p99', unit: ' ms', target: 5, raw: rounds.map(({ added }) => added.p99) }),
    ],
  };
}

/** Milliseconds until the first byte of the audio, in the order of the texts. */
async function firstBytes(server: ServerProcess, texts: readonly string[]): Promise<number[]> {
  const pool = new Pool(server.url, { connections: CALLERS, pipelining: 1 });
  const times: number[] = [];
  let next = 0;
  const caller = async (index: number) => {
    // Callers come when they come: four at the same moment would wait for each other and not for the gateway.
    await sleep((index / CALLERS) * (VENDOR.first + VENDOR.between * (VENDOR.pieces - 1)));
    while (next < texts.length) {
      const place = next++;
      const began = performance.now();
      const body = speechBody(texts[place]!);
      const answer = await pool.request({ path: speechPath, method: 'POST', headers: speechHeaders, body });
      if (answer.statusCode !== 200) throw new Error(`The server answered ${answer.statusCode}.`);
      const ended = once(answer.body, 'end');
      answer.body.once('data', () => (times[place] = performance.now() - began));
      await ended;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, index) => caller(index)));
  await pool.close();
  return times;
}

function describe(rounds: readonly Round[]): string {
  const { first, between, pieces } = VENDOR;
  const both = ({ p50, p99 }: Percentiles) => `${p50.toFixed(2)}/${p99.toFixed(2)}`;
  const rows = rounds.map(({ direct, through, added, proxy }, round) => [String(round + 1), ...[direct, through, added, proxy].map(both)]);
  return [
    `### First audio: ${CALLERS} at a time, a vendor that streams ${pieces} pieces, the first after ${first} ms, one more every ${between} ms\n`,
    markdownTable([
      ['round', 'vendor p50/p99 ms', 'Parlance p50/p99 ms', 'added to the same text p50/p99 ms', 'by a bare node:http proxy'],
      ...rows,
    ]),
    '',
  ].join('\n');
}
