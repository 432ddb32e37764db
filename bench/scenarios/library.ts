import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isThere, speakWith, startLibrary, wholeFrames, type Job } from '../harness/library.js';
import type { LoadResult } from '../harness/load.js';
import { ensurePeers, type Peer } from '../harness/peers.js';
import { table } from '../harness/report.js';
import { median, missingRow, percentiles, rounds, type Contender, type Row } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';
import { describeFailover, libraryFailover, type LibraryFailover } from './library-failover.js';
import { sampleAudio } from './speech.js';

/** Requests for each number of callers. */
const AMOUNTS = { 1: 200, 16: 600 };
/** A hit in the cache is over so soon that as many would say little. */
const MORE_HITS = 5;
const FLOOR = 'undici, a plain request';
const AI = 'ai, generateSpeech';

interface Candidate {
  name: string;
  module: string;
  peer?: Peer;
  isPrimaryDead?: boolean;
  isCached?: boolean;
}

const CANDIDATES: readonly Candidate[] = [
  { name: 'Parlance, speak, the same text', module: 'parlance.mjs', isCached: true },
  { name: 'Parlance, speak, a new text each', module: 'parlance.mjs' },
  { name: 'Parlance, speak, a new text each, primary dead', module: 'parlance.mjs', isPrimaryDead: true },
  { name: AI, module: '../peers/ai.mjs', peer: 'ai' },
  { name: '@mastra/voice-openai, speak', module: '../peers/mastra.mjs', peer: 'mastra' },
  { name: '@livekit/agents, FallbackAdapter', module: '../peers/livekit.mjs', peer: 'livekit' },
  { name: '@livekit/agents, FallbackAdapter, primary dead', module: '../peers/livekit.mjs', peer: 'livekit', isPrimaryDead: true },
  { name: FLOOR, module: 'undici.mjs' },
];

interface Measured {
  callers: number;
  rows: readonly Row[];
  /** Milliseconds of the processor for each call, by the row's name. */
  processor: ReadonlyMap<string, number>;
}

export interface LibraryResult {
  bytes: number;
  measured: readonly Measured[];
  failover: LibraryFailover;
}

/** What a library costs inside the process that uses it, with a vendor that answers at once. */
export async function library(
  start: typeof ServerProcess.start,
  gateway: ServerProcess,
  directory: string,
  count: number,
): Promise<LibraryResult> {
  const audio = await sampleAudio(gateway, 'The quick brown fox jumps over a dog.');
  const file = join(directory, 'library.mp3');
  await writeFile(file, audio);
  const vendor = await start(new URL('../servers/vendor.mjs', import.meta.url), [file, '0', '0', '0', String(wholeFrames(audio.length))]);
  const dead = await start(new URL('../servers/dead.mjs', import.meta.url));
  const { processes, missing } = await startAll(start, vendor, dead);
  const measured: Measured[] = [];
  for (const callers of [1, 16] as const) measured.push(await measure(processes, missing, { callers, bytes: audio.length }, count));
  const hasLivekit = [...processes.keys()].some(({ peer }) => peer === 'livekit');
  return { bytes: audio.length, measured, failover: await libraryFailover(start, hasLivekit, { file, bytes: audio.length }, count) };
}

async function startAll(start: typeof ServerProcess.start, vendor: ServerProcess, dead: ServerProcess) {
  const peers = await ensurePeers();
  const processes = new Map<Candidate, ServerProcess>();
  /** Why, by the name. */
  const missing = new Map<string, string>();
  for (const candidate of CANDIDATES) {
    const { name, module, peer, isPrimaryDead = false } = candidate;
    if (peer !== undefined && !peers.has(peer)) {
      missing.set(name, 'not installed');
      continue;
    }
    try {
      processes.set(candidate, await startLibrary(start, module, isPrimaryDead ? [dead, vendor] : [vendor]));
    } catch (error) {
      // Some have native parts that not every machine can load; what they said stands on the terminal.
      if (peer === undefined) throw error;
      missing.set(name, 'does not start here');
    }
  }
  return { processes, missing };
}

async function measure(
  processes: ReadonlyMap<Candidate, ServerProcess>,
  missing: ReadonlyMap<string, string>,
  { callers, bytes }: { callers: keyof typeof AMOUNTS; bytes: number },
  count: number,
): Promise<Measured> {
  const processor = new Map<string, number[]>();
  const contenders = [...processes].map(([candidate, process]): Contender => {
    const { name, isCached = false, peer } = candidate;
    const amount = AMOUNTS[callers] * (isCached ? MORE_HITS : 1);
    const costs: number[] = [];
    processor.set(name, costs);
    return {
      name,
      run: async () => {
        const texts = isCached ? Array.from({ length: amount }, () => 'The same text again and again.') : newTexts(amount);
        const job = { texts, callers, spreadMilliseconds: 0, bytes: peer === 'livekit' ? wholeFrames(bytes) : bytes };
        const { result, processorPerCall } = await run(process, job);
        costs.push(processorPerCall);
        return result;
      },
    };
  });
  const done = await rounds(contenders, count);
  const rows = CANDIDATES.map(({ name }) => done.find((row) => row.name === name) ?? missingRow(name, missing.get(name) ?? ''));
  // The first round is to warm up, as in rounds().
  return { callers, rows, processor: new Map([...processor].map(([name, costs]) => [name, median(costs.slice(1))])) };
}

async function run(process: ServerProcess, job: Job): Promise<{ result: LoadResult; processorPerCall: number }> {
  const { times, milliseconds, processorMilliseconds } = await speakWith(process, job);
  const whole = times.filter(isThere);
  return {
    result: {
      requestsPerSecond: (times.length / milliseconds) * 1000,
      ...percentiles(whole),
      failed: times.length - whole.length,
    },
    processorPerCall: processorMilliseconds / times.length,
  };
}

let counter = 0;

function newTexts(amount: number): string[] {
  return Array.from({ length: amount }, () => `The quick brown fox jumps over dog number ${counter++}.`);
}

export function describeLibrary({ bytes, measured, failover }: LibraryResult): string {
  const parts = measured.flatMap((one) => [
    table(`In one's own process, ${bytes} bytes from a vendor that answers at once, ${one.callers} at a time`, one.rows),
    overheadTable(one),
  ]);
  return [...parts, describeFailover(failover)].join('\n');
}

/** What is left of each call when the plain request is taken away. */
function overheadTable({ rows, processor }: Measured): string {
  const time = new Map(rows.map(({ name, median: { requestsPerSecond } }) => [name, 1000 / requestsPerSecond]));
  const over = (costs: ReadonlyMap<string, number>, name: string) => (costs.get(name) ?? Number.NaN) - (costs.get(FLOOR) ?? Number.NaN);
  const cells = (costs: ReadonlyMap<string, number>, name: string) => {
    const own = over(costs, name);
    // A hit in the cache asks no vendor: it can cost less than the floor.
    const ratio = own > 0 ? (over(costs, AI) / own).toFixed(1) : 'below the floor';
    return [(own * 1000).toFixed(0), Number.isNaN(over(costs, AI)) ? 'not known' : ratio];
  };
  const lines = rows
    .filter(({ name, missing }) => name !== FLOOR && missing === undefined)
    .map(({ name }) => `| ${[name, ...cells(time, name), ...cells(processor, name)].join(' | ')} |`);
  return [
    `Each call above the plain request, and how many times as much generateSpeech adds:`,
    '',
    '| | time µs | times | processor µs | times |',
    '|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}
