import type { Bench } from '../harness/bench.js';
import { CONNECTIONS, VENDOR, comparisonTable, type Comparison } from '../harness/comparison.js';
import { isThere, speakWith, startLibrary, warmUpLibrary, wholeFrames } from '../harness/library.js';
import { newTexts } from '../harness/requests.js';
import { percentiles, type Percentiles } from '../harness/rounds.js';

type Failover = Comparison & { hitsOnDead: number };
/** By the name of the library. */
export type LibraryFailover = Readonly<Record<string, Failover>>;

/** What the vendor sends: the file as mp3, and about as many bytes of samples. */
interface Audio {
  file: string;
  bytes: number;
}

/** What libraries with a plan of two vendors add to each call while the first is dead, next to a plain request to the second. */
export async function libraryFailover(bench: Bench, hasLivekit: boolean, audio: Audio): Promise<LibraryFailover> {
  const parlance = await failoverOf(bench, { module: 'parlance.mjs', bytes: audio.bytes }, audio);
  if (!hasLivekit) return { 'Parlance, speak': parlance };
  return { 'Parlance, speak': parlance, '@livekit/agents, FallbackAdapter': await fallbackAdapterFailover(bench, audio) };
}

/** The same of LiveKit's FallbackAdapter alone, which has to be installed. */
export async function fallbackAdapterFailover(bench: Bench, audio: Audio): Promise<Failover> {
  return failoverOf(bench, { module: '../peers/livekit.mjs', bytes: wholeFrames(audio.bytes) }, audio);
}

async function failoverOf(bench: Bench, library: { module: string; bytes: number }, audio: Audio): Promise<Failover> {
  const vendor = await bench.server('vendor', [audio.file, VENDOR.base, 0, VENDOR.spread, wholeFrames(audio.bytes)]);
  const dead = await bench.server('dead');
  const direct = await startLibrary(bench.start, 'undici.mjs', [vendor]);
  const through = await startLibrary(bench.start, library.module, [dead, vendor]);
  const requests = bench.amount(300, 100);
  const job = { callers: CONNECTIONS, spreadMilliseconds: VENDOR.base + VENDOR.spread };
  const plain: number[] = [];
  const added: Percentiles[] = [];
  let lost = 0;
  await warmUpLibrary(through, bench.warmUp, { ...job, callers: 4 * CONNECTIONS, bytes: library.bytes });
  for (let round = 0; round < bench.rounds; round++) {
    const texts = newTexts(requests);
    const { times: expected } = await speakWith(direct, { ...job, texts, bytes: audio.bytes });
    await warmUpLibrary(through, bench.steady.lead, { ...job, callers: 4 * CONNECTIONS, bytes: library.bytes });
    const { times } = await speakWith(through, { ...job, texts, bytes: library.bytes });
    lost += times.filter((time) => !isThere(time)).length;
    plain.push(...expected.filter(isThere));
    added.push(percentiles(times.flatMap((time, index) => (isThere(time) ? [time - (expected[index] ?? Number.NaN)] : []))));
  }
  const { calls: hitsOnDead } = await dead.ask<{ calls: number }>('calls');
  return { plain: percentiles(plain), added, lost, hitsOnDead };
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
