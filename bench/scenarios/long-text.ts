import { readFileSync } from 'node:fs';
import { median } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';

export interface LongTextResult {
  /** Milliseconds until the first audio of the whole text, and until all of its first sentence when asked for alone. */
  firstAudio: number;
  firstSentence: number;
  /** Milliseconds until the last audio of the whole text. */
  all: number;
  bytes: number;
  /** MiB of resident memory more than before, at the most; absent where the system does not tell. */
  grownMemory?: number;
}

const first = 'The story begins on a cold morning in a small town by the sea.';
const rest = ' Nobody knew where the old ship had come from, and nobody dared to ask the captain about it.';

/** A text of 20 000 characters, next to its first sentence alone. */
export async function longText(gateway: ServerProcess, rounds: number): Promise<LongTextResult> {
  const text = (first + rest.repeat(300)).slice(0, 20_000);
  const sentences: number[] = [];
  const starts: number[] = [];
  let whole = { all: 0, bytes: 0 };
  const before = residentMiB(gateway.pid);
  let most = before ?? 0;
  for (let round = 0; round < rounds; round++) {
    sentences.push((await speak(gateway, first)).all);
    const watch = setInterval(() => (most = Math.max(most, residentMiB(gateway.pid) ?? 0)), 200);
    const result = await speak(gateway, text, round > 0);
    clearInterval(watch);
    starts.push(result.firstAudio);
    // Once is enough to hear all of it; the other rounds are about its beginning.
    if (round === 0) whole = result;
  }
  return {
    firstAudio: median(starts),
    firstSentence: median(sentences),
    ...whole,
    ...(before === undefined ? {} : { grownMemory: most - before }),
  };
}

async function speak(gateway: ServerProcess, text: string, onlyBeginning = false) {
  const leaving = new AbortController();
  const began = performance.now();
  const response = await fetch(`${gateway.url}/v1/voice/speak`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text, format: 'mp3', cache: false }),
    signal: leaving.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`The gateway answered ${response.status}.`);
  let firstAudio = 0;
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    firstAudio ||= performance.now() - began;
    bytes += chunk.length;
    if (onlyBeginning) break;
  }
  const all = performance.now() - began;
  leaving.abort();
  return { firstAudio, all, bytes };
}

function residentMiB(pid: number): number | undefined {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
