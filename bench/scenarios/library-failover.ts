import { isThere, speakWith, startLibrary, wholeFrames } from '../harness/library.js';
import { percentiles, type Percentiles } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';
import { CONNECTIONS, VENDOR, comparisonTable, type Comparison } from './resilience.js';

const REQUESTS = 300;

type Failover = Comparison & { hitsOnDead: number };
/** By the name of the library. */
export type LibraryFailover = Readonly<Record<string, Failover>>;

/** What the vendor sends: the file as mp3, and about as many bytes of samples. */
interface Audio {
  file: string;
  bytes: number;
}

type Start = typeof ServerProcess.start;

/** What libraries with a plan of two vendors add to each call while the first is dead, next to a plain request to the second. */
export async function libraryFailover(start: Start, hasLivekit: boolean, audio: Audio, rounds: number): Promise<LibraryFailover> {
  const parlance = await failoverOf(start, { module: 'parlance.mjs', bytes: audio.bytes }, audio, rounds);
  if (!hasLivekit) return { 'Parlance, speak': parlance };
  return { 'Parlance, speak': parlance, '@livekit/agents, FallbackAdapter': await fallbackAdapterFailover(start, audio, rounds) };
}

/** The same of LiveKit's FallbackAdapter alone, which has to be installed. */
export async function fallbackAdapterFailover(start: Start, audio: Audio, rounds: number): Promise<Failover> {
  return failoverOf(start, { module: '../peers/livekit.mjs', bytes: wholeFrames(audio.bytes) }, audio, rounds);
}

async function failoverOf(start: Start, library: { module: string; bytes: number }, audio: Audio, rounds: number): Promise<Failover> {
  const numbers = [VENDOR.base, 0, VENDOR.spread, wholeFrames(audio.bytes)].map(String);
  const vendor = await start(new URL('../servers/vendor.mjs', import.meta.url), [audio.file, ...numbers]);
  const dead = await start(new URL('../servers/dead.mjs', import.meta.url));
  const direct = await startLibrary(start, 'undici.mjs', [vendor]);
  const through = await startLibrary(start, library.module, [dead, vendor]);
  const job = { callers: CONNECTIONS, spreadMilliseconds: VENDOR.base + VENDOR.spread };
  const plain: number[] = [];
  const added: Percentiles[] = [];
  let lost = 0;
  await speakWith(through, { ...job, texts: newTexts(), bytes: library.bytes });
  for (let round = 0; round < rounds; round++) {
    const texts = newTexts();
    const { times: expected } = await speakWith(direct, { ...job, texts, bytes: audio.bytes });
    const { times } = await speakWith(through, { ...job, texts, bytes: library.bytes });
    lost += times.filter((time) => !isThere(time)).length;
    plain.push(...expected.filter(isThere));
    added.push(percentiles(times.flatMap((time, index) => (isThere(time) ? [time - (expected[index] ?? Number.NaN)] : []))));
  }
  const { calls: hitsOnDead } = await dead.ask<{ calls: number }>('calls');
  return { plain: percentiles(plain), added, lost, hitsOnDead };
}

let counter = 0;

function newTexts(): string[] {
  return Array.from({ length: REQUESTS }, () => `This is sentence number ${counter++}.`);
}

export function describeFailover(failover: LibraryFailover): string {
  return [
    `### In one's own process, primary dead, ${CONNECTIONS} at a time, secondary takes ${VENDOR.base} to ${VENDOR.base + VENDOR.spread} ms\n`,
    comparisonTable(failover),
    `calls to the dead primary: ${Object.entries(failover)
      .map(([name, { hitsOnDead }]) => `${name} ${hitsOnDead}`)
      .join('; ')}`,
    '',
  ].join('\n');
}
