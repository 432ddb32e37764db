import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../libs/testing/src/servers/free-port.js';
import { GATEWAY_FLAGS } from '../../scripts/lib/gateway-flags.mjs';
import type { Bench, Findings } from '../harness/bench.js';
import { median } from '../harness/rounds.js';
import { atMost } from '../harness/verdicts.js';

const GATEWAY = fileURLToPath(new URL('../../dist/apps/gateway/src/main.js', import.meta.url));
const HELLO = fileURLToPath(new URL('../servers/hello-nest.mjs', import.meta.url));
/** Between two questions whether it is ready. */
const POLL_MILLISECONDS = 10;
const LONGEST_START_MILLISECONDS = 60_000;

/** Milliseconds. */
interface Start {
  ready: number;
  /** The first speech after it; absent for servers that do not speak. */
  firstSpeech?: number;
}

/** From the start of a process to its readiness, next to Node that does nothing and to the smallest application of Nest. */
export async function start({ rounds }: Bench): Promise<Findings> {
  const contenders = [
    { name: 'Parlance', run: () => startOf([...GATEWAY_FLAGS, GATEWAY], true) },
    { name: 'Nest on Fastify, one route', run: () => startOf([HELLO], false) },
    { name: 'node -e 0', run: nothing },
  ];
  const results = contenders.map(({ name }) => ({ name, all: [] as Start[] }));
  // In turn, as everywhere here; the first round fills the cache of files and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, { run }] of contenders.entries()) {
      const one = await run();
      if (round > 0) results[index]?.all.push(one);
    }
  }
  const raw = (results[0]?.all ?? []).map(({ ready }) => ready);
  return { markdown: table(results), verdicts: [atMost({ name: 'start to ready', unit: ' ms', target: 2000, raw })] };
}

function table(results: readonly { name: string; all: readonly Start[] }[]): string {
  const lines = results.map(({ name, all }) => {
    const ready = all.map((one) => one.ready);
    const first = all.flatMap((one) => one.firstSpeech ?? []);
    const speech = first.length === 0 ? '' : median(first).toFixed(0);
    return `| ${name} | ${median(ready).toFixed(0)} | ${speech} | ${ready.map((value) => value.toFixed(0)).join(' ')} |`;
  });
  const head = [
    '### From start to ready\n',
    '| | ms until ready (median) | ms of the first speech | ms of every start |',
    '|---|---|---|---|',
  ];
  return [...head, ...lines].join('\n');
}

async function nothing(): Promise<Start> {
  const begin = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return { ready: performance.now() - begin };
}

async function startOf(command: readonly string[], speaks: boolean): Promise<Start> {
  const directory = await mkdtemp(join(tmpdir(), 'parlance-start-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const environment = { PATH: process.env['PATH'], PORT: new URL(url).port, PARLANCE_DATA_DIR: directory, PARLANCE_LOG_LEVEL: 'error' };
  const begin = performance.now();
  const child = spawn(process.execPath, command, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    await untilReady(url, child);
    const ready = performance.now() - begin;
    return { ready, ...(speaks && { firstSpeech: await speakFirst(url) }) };
  } finally {
    child.kill('SIGTERM');
    await ended;
    await rm(directory, { recursive: true, force: true });
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const late = AbortSignal.timeout(LONGEST_START_MILLISECONDS);
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The server ended before it was ready. Has 'npm run build' been run?`);
    late.throwIfAborted();
    const answer = await fetch(`${url}/health/ready`, { signal: late }).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok === true) return;
    await setTimeout(POLL_MILLISECONDS);
  }
}

async function speakFirst(url: string): Promise<number> {
  const begin = performance.now();
  const body = JSON.stringify({ model: 'tts-1', voice: 'alloy', input: 'The first sentence after the start.', response_format: 'mp3' });
  const answer = await fetch(`${url}/v1/audio/speech`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`The first request after the start was answered with ${answer.status}.`);
  return performance.now() - begin;
}
