import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, table } from './harness/report.js';
import { ServerProcess } from './harness/server-process.js';
import { cacheTiers } from './scenarios/cache.js';
import { eventLoopDelay, type Delay } from './scenarios/event-loop.js';
import { describeLibrary, library } from './scenarios/library.js';
import { longText, type LongTextResult } from './scenarios/long-text.js';
import { portkey } from './scenarios/portkey.js';
import { describeResilience, resilience } from './scenarios/resilience.js';
import { cachedSpeech, localSpeech, sampleAudio } from './scenarios/speech.js';
import { starts } from './scenarios/start.js';
import { transcription } from './scenarios/transcription.js';

const SCENARIOS = [
  'cached',
  'cache',
  'local',
  'transcription',
  'long-text',
  'event-loop',
  'resilience',
  'library',
  'portkey',
  'start',
] as const;
type Scenario = (typeof SCENARIOS)[number];

const usage = `npm run bench -- [--rounds N] [scenario ...]

Measures the built gateway next to something simpler that does the same, in turn, and prints medians.
  scenario     of ${SCENARIOS.join(', ')} (default: all)
  --rounds N   counted rounds of each, after one to warm up (default 5)
  --help`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, help: { type: 'boolean', default: false } },
});

function describeLongText({ firstAudio, firstSentence, all, bytes, grownMemory }: LongTextResult): string {
  const memory = grownMemory === undefined ? '' : `, resident memory grew by at most ${grownMemory.toFixed(0)} MiB`;
  return [
    '### A text of 20 000 characters through /v1/voice/speak\n',
    `first audio after ${firstAudio.toFixed(0)} ms; its first sentence alone takes ${firstSentence.toFixed(0)} ms: ` +
      `ratio ${(firstAudio / firstSentence).toFixed(2)}`,
    `all ${bytes} bytes after ${(all / 1000).toFixed(1)} s${memory}\n`,
  ].join('\n');
}

async function run(wanted: readonly Scenario[], count: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'parlance-bench-'));
  const started: ServerProcess[] = [];
  const start: typeof ServerProcess.start = async (...args) => {
    const server = await ServerProcess.start(...args);
    started.push(server);
    return server;
  };
  try {
    const environment = { PORT: '0', PARLANCE_DATA_DIR: directory, PARLANCE_LOG_LEVEL: 'error' };
    const gateway = await start(new URL('./servers/gateway.mjs', import.meta.url), [], environment);
    const audio = join(directory, 'speech.mp3');
    const bytes = await sampleAudio(gateway);
    await writeFile(audio, bytes);
    const bare = await start(new URL('./servers/bare-server.mjs', import.meta.url), [audio, 'audio/mpeg']);
    const recording = await readFile(new URL('../libs/audio/src/__fixtures__/jfk.wav', import.meta.url));
    const measure: Record<Scenario, () => Promise<string>> = {
      cached: async () => table(`Cached speech, ${bytes.length} bytes of mp3, 16 connections`, await cachedSpeech(gateway, bare, count)),
      cache: async () => table('Cache hits by where they come from, 16 connections', await cacheTiers(start, directory, audio, count)),
      local: async () => table('Uncached speech, 8 connections', await localSpeech(gateway, bare, count)),
      transcription: async () => table('Transcription, 352 KB of wav, 4 connections', await transcription(gateway, bare, recording, count)),
      'long-text': async () => describeLongText(await longText(gateway, count)),
      'event-loop': async () => describeDelay(await eventLoopDelay(gateway, recording)),
      resilience: async () => describeResilience(await resilience(start, directory, audio, count)),
      portkey: async () =>
        table('A new text each, a vendor that answers at once, 16 connections', await portkey(start, directory, audio, count)),
      library: async () => describeLibrary(await library(start, gateway, directory, count)),
      start: () => starts(count),
    };
    console.log(`${machine()}\n`);
    for (const scenario of wanted) console.log(await measure[scenario]());
  } finally {
    await Promise.all(started.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

function describeDelay({ p50, p99, max }: Delay): string {
  const numbers = `delay p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(1)} ms`;
  return `### Event loop of the gateway, 8 requests in flight (4 speech, 4 transcription)\n\n${numbers}\n`;
}

function isScenario(name: string): name is Scenario {
  return (SCENARIOS as readonly string[]).includes(name);
}

const count = Number(values.rounds);
const unknown = positionals.filter((name) => !isScenario(name));
if (values.help) console.log(usage);
else if (!Number.isInteger(count) || count < 1 || unknown.length > 0) {
  const problem = unknown.length > 0 ? `There is no scenario '${unknown[0]}'.` : '--rounds must be a whole number of at least 1.';
  console.error(`${problem}\n\n${usage}`);
  process.exitCode = 2;
} else await run(positionals.length > 0 ? positionals.filter(isScenario) : SCENARIOS, count);
