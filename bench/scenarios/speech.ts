import { load } from '../harness/load.js';
import { rounds, type Row } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';

const headers = { 'content-type': 'application/json' };
const sentence = 'The quick brown fox jumps over the lazy dog near the old river bank.';
let counter = 0;

const speech = (input: string) => JSON.stringify({ model: 'local/flite', voice: 'alloy', input, response_format: 'mp3' });
/** A sentence nobody has asked for before. */
const fresh = () => speech(`${sentence} Number ${counter++}.`);

/** The audio that both servers send. */
export async function sampleAudio(gateway: ServerProcess, input = sentence): Promise<Buffer> {
  const response = await fetch(`${gateway.url}/v1/audio/speech`, { method: 'POST', headers, body: speech(input) });
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
  return Buffer.from(await response.arrayBuffer());
}

export async function cachedSpeech(gateway: ServerProcess, bare: ServerProcess, count: number): Promise<Row[]> {
  const body = speech(sentence);
  const same = { headers, body: () => body, connections: 16, amount: 3000 };
  return rounds(
    [
      { name: 'Parlance, cache hit', run: () => load({ origin: gateway.url, path: '/v1/audio/speech', ...same }) },
      { name: 'bare node:http', run: () => load({ origin: bare.url, path: '/', ...same }) },
    ],
    count,
  );
}

export async function localSpeech(gateway: ServerProcess, bare: ServerProcess, count: number): Promise<Row[]> {
  const same = { headers, body: fresh, connections: 8, amount: 48 };
  return rounds(
    [
      { name: 'Parlance, local engine, a new sentence each', run: () => load({ origin: gateway.url, path: '/v1/audio/speech', ...same }) },
      { name: 'bare node:http', run: () => load({ origin: bare.url, path: '/', ...same }) },
    ],
    count,
  );
}
