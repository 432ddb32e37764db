import type { Bench, Findings } from '../harness/bench.js';
import { isThere, speakWith, startLibrary, warmUpLibrary, wholeFrames, type Job } from '../harness/library.js';
import type { LoadResult } from '../harness/load.js';
import { markdownTable } from '../harness/markdown.js';
import { ensurePeers, type Peer } from '../harness/peers.js';
import { table } from '../harness/report.js';
import { newTexts } from '../harness/requests.js';
import { compared, missingRow, percentiles, ratioOfThroughput, rounds, type Contender, type Row } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';
import { atLeast, type Verdict } from '../harness/verdicts.js';
import { describeFailover, libraryFailover, type LibraryFailover } from './library-failover.js';

/** Requests for each number of callers. */
const AMOUNTS = { 1: 200, 16: 600 };
/** A hit in the cache is over so soon that as many would say little. */
const MORE_HITS = 5;
const CACHED = 'Parlance, speak, the same text';
const UNCACHED = 'Parlance, speak, a new text each';
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
  { name: CACHED, module: 'parlance.mjs', isCached: true },
  { name: UNCACHED, module: 'parlance.mjs' },
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
}

/** What a library costs inside the process that uses it, with a vendor that answers at once. */
export async function library(bench: Bench): Promise<Findings> {
  const audio = await bench.speech();
  const vendor = await bench.server('vendor', [audio.file, 0, 0, 0, wholeFrames(audio.bytes)]);
  const dead = await bench.server('dead');
  const { processes, missing } = await startAll(bench.start, vendor, dead);
  for (const [candidate, process] of processes) {
    await warmUpLibrary(process, bench.warmUp, { callers: 16, spreadMilliseconds: 0, bytes: bytesOf(candidate, audio.bytes) });
  }
  const measured: Measured[] = [];
  for (const callers of [1, 16] as const) measured.push(await measure(bench, processes, missing, { callers, bytes: audio.bytes }));
  const hasLivekit = [...processes.keys()].some(({ peer }) => peer === 'livekit');
  const failover = await libraryFailover(bench, hasLivekit, audio);
  return { markdown: describeLibrary(audio.bytes, measured, failover), verdicts: measured.flatMap(verdictsOf) };
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
  bench: Bench,
  processes: ReadonlyMap<Candidate, ServerProcess>,
  missing: ReadonlyMap<string, string>,
  { callers, bytes }: { callers: keyof typeof AMOUNTS; bytes: number },
): Promise<Measured> {
  const contenders = [...processes].map(([candidate, process]): Contender => {
    const { name, isCached = false } = candidate;
    const amount = bench.amount(AMOUNTS[callers], AMOUNTS[callers] / 4) * (isCached ? MORE_HITS : 1);
    return {
      name,
      run: async () => {
        const job = { callers, spreadMilliseconds: 0, bytes: bytesOf(candidate, bytes) };
        await warmUpLibrary(process, bench.steady.lead, job);
        const texts = isCached ? Array.from({ length: amount }, () => 'The same text again and again.') : newTexts(amount);
        return run(process, { ...job, texts });
      },
    };
  });
  const done = await rounds(contenders, bench.rounds);
  return {
    callers,
    rows: CANDIDATES.map(({ name }) => done.find((row) => row.name === name) ?? missingRow(name, missing.get(name) ?? '')),
  };
}

/** How long the audio that it gives has to be. */
function bytesOf({ peer }: Candidate, bytes: number): number {
  return peer === 'livekit' ? wholeFrames(bytes) : bytes;
}

async function run(process: ServerProcess, job: Job): Promise<LoadResult> {
  const { times, milliseconds, processorMilliseconds } = await speakWith(process, job);
  const whole = times.filter(isThere);
  return {
    sent: times.length,
    requestsPerSecond: (times.length / milliseconds) * 1000,
    ...percentiles(whole),
    failed: times.length - whole.length,
    processor: processorMilliseconds / times.length,
  };
}

function verdictsOf({ callers, rows }: Measured): Verdict[] {
  const overFloor = (name: string) => compared(rows, [name, FLOOR], (own, floor) => timeOf(own) - timeOf(floor));
  const ours = overFloor(UNCACHED);
  // A call that costs no more than the floor is as many times cheaper as one likes.
  const times = overFloor(AI).map((theirs, round) => (ours[round]! > 0 ? theirs / ours[round]! : Number.POSITIVE_INFINITY));
  const same = { unit: '', target: 5 };
  return [
    atLeast({
      name: `library, ${callers} at a time: cached, times generateSpeech's throughput`,
      ...same,
      raw: compared(rows, [CACHED, AI], ratioOfThroughput),
    }),
    atLeast({
      name: `library, ${callers} at a time: a new text above the plain request, times cheaper than generateSpeech`,
      ...same,
      raw: times,
    }),
  ];
}

/** Milliseconds from one answer to the next. */
function timeOf({ requestsPerSecond }: LoadResult): number {
  return 1000 / requestsPerSecond;
}

function describeLibrary(bytes: number, measured: readonly Measured[], failover: LibraryFailover): string {
  const parts = measured.flatMap((one) => [
    table(`In one's own process, ${bytes} bytes from a vendor that answers at once, ${one.callers} at a time`, one.rows),
    overheadTable(one),
  ]);
  return [...parts, describeFailover(failover)].join('\n');
}

/** What is left of each call when the plain request is taken away. */
function overheadTable({ rows }: Measured): string {
  const medians = new Map(rows.map((row) => [row.name, row.median]));
  const over = (name: string, cost: (result: LoadResult) => number) => cost(medians.get(name)!) - cost(medians.get(FLOOR)!);
  const cells = (name: string, cost: (result: LoadResult) => number) => {
    const [own, theirs] = [over(name, cost), over(AI, cost)];
    // A hit in the cache asks no vendor: it can cost less than the floor.
    const ratio = own > 0 ? (theirs / own).toFixed(1) : 'below the floor';
    return [(own * 1000).toFixed(0), Number.isNaN(theirs) ? 'not known' : ratio];
  };
  const lines = rows
    .filter(({ name, missing }) => name !== FLOOR && missing === undefined)
    .map(({ name }) => [name, ...cells(name, timeOf), ...cells(name, ({ processor }) => processor)]);
  return [
    `Each call above the plain request, and how many times as much generateSpeech adds:`,
    '',
    markdownTable([['', 'time µs', 'times', 'processor µs', 'times'], ...lines]),
    '',
  ].join('\n');
}
