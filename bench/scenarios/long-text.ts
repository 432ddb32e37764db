import type { Bench, Findings } from '../harness/bench.js';
import { mostResidentMiB, residentMiB } from '../harness/processor-time.js';
import { median } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';

const first = 'The story begins on a cold morning in a small town by the sea.';
const rest = ' Nobody knew where the old ship had come from, and nobody dared to ask the captain about it.';

/** A text of 20 000 characters, next to its first sentence alone. */
export async function longText(bench: Bench): Promise<Findings> {
  const gateway = await bench.gateway();
  const text = (first + rest.repeat(300)).slice(0, 20_000);
  const sentences: number[] = [];
  const starts: number[] = [];
  let whole = { all: 0, bytes: 0 };
  const before = residentMiB(gateway.pid);
  let most = before;
  for (let round = 0; round < bench.rounds; round++) {
    sentences.push((await speak(gateway, first)).all);
    const watched = await mostResidentMiB(gateway.pid, 200, async () => {
      const result = await speak(gateway, text, round > 0);
      starts.push(result.firstAudio);
      // Once is enough to hear all of it; the other rounds are about its beginning.
      if (round === 0) whole = result;
    });
    most = Math.max(most, watched);
  }
  const [firstAudio, firstSentence] = [median(starts), median(sentences)];
  const memory = Number.isNaN(most) ? '' : `, resident memory grew by at most ${(most - before).toFixed(0)} MiB`;
  const markdown = [
    '### A text of 20 000 characters through /v1/voice/speak\n',
    `first audio after ${firstAudio.toFixed(0)} ms; its first sentence alone takes ${firstSentence.toFixed(0)} ms: ` +
      `ratio ${(firstAudio / firstSentence).toFixed(2)}`,
    `all ${whole.bytes} bytes after ${(whole.all / 1000).toFixed(1)} s${memory}\n`,
  ].join('\n');
  return { markdown, verdicts: [] };
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
