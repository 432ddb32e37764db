import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, table } from './harness/report.js';
import { ServerProcess } from './harness/server-process.js';
import { eventLoopDelay } from './scenarios/event-loop.js';
import { longText, type LongTextResult } from './scenarios/long-text.js';
import { cachedSpeech, localSpeech, sampleAudio } from './scenarios/speech.js';
import { transcription } from './scenarios/transcription.js';

const usage = `npm run bench -- [--rounds N]

Measures the built gateway next to a bare node:http server that sends the same bytes, in turn, and prints medians.
  --rounds N   counted rounds of each, after one to warm up (default 5)
  --help`;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, help: { type: 'boolean', default: false } } });

function describeLongText({ firstAudio, firstSentence, all, bytes, grownMemory }: LongTextResult): string {
  const memory = grownMemory === undefined ? '' : `, resident memory grew by at most ${grownMemory.toFixed(0)} MiB`;
  return [
    '### A text of 20 000 characters through /v1/voice/speak\n',
    `first audio after ${firstAudio.toFixed(0)} ms; its first sentence alone takes ${firstSentence.toFixed(0)} ms: ` +
      `ratio ${(firstAudio / firstSentence).toFixed(2)}`,
    `all ${bytes} bytes after ${(all / 1000).toFixed(1)} s${memory}\n`,
  ].join('\n');
}

async function run(count: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'parlance-bench-'));
  const started: ServerProcess[] = [];
  const start = async (...args: Parameters<typeof ServerProcess.start>) => {
    const server = await ServerProcess.start(...args);
    started.push(server);
    return server;
  };
  try {
    const environment = { PORT: '0', PARLANCE_DATA_DIR: directory, PARLANCE_LOG_LEVEL: 'error' };
    const gateway = await start(new URL('./servers/gateway.mjs', import.meta.url), [], environment);
    const audio = join(directory, 'speech.mp3');
    await writeFile(audio, await sampleAudio(gateway));
    const bare = await start(new URL('./servers/bare-server.mjs', import.meta.url), [audio, 'audio/mpeg']);
    const recording = await readFile(new URL('../libs/audio/src/__fixtures__/jfk.wav', import.meta.url));

    console.log(`${machine()}\n`);
    const bytes = (await readFile(audio)).length;
    console.log(table(`Cached speech, ${bytes} bytes of mp3, 16 connections`, await cachedSpeech(gateway, bare, count)));
    console.log(table('Uncached speech, 8 connections', await localSpeech(gateway, bare, count)));
    console.log(table('Transcription, 352 KB of wav, 4 connections', await transcription(gateway, bare, recording, count)));
    console.log(describeLongText(await longText(gateway, count)));
    const delay = await eventLoopDelay(gateway, recording);
    console.log('### Event loop of the gateway, 8 requests in flight (4 speech, 4 transcription)\n');
    console.log(`delay p50 ${delay.p50.toFixed(1)} ms, p99 ${delay.p99.toFixed(1)} ms, longest ${delay.max.toFixed(1)} ms`);
  } finally {
    await Promise.all(started.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  }
}

const count = Number(values.rounds);
if (values.help) console.log(usage);
else if (!Number.isInteger(count) || count < 1) {
  console.error(`--rounds must be a whole number of at least 1.\n\n${usage}`);
  process.exitCode = 2;
} else await run(count);
