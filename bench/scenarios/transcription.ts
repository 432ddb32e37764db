import { readFile } from 'node:fs/promises';
import type { Bench, Findings } from '../harness/bench.js';
import { load } from '../harness/load.js';
import { table } from '../harness/report.js';
import { rounds } from '../harness/rounds.js';
import { upload, uploadHeaders } from '../harness/upload.js';

const CONNECTIONS = 4;
let counter = 0;

export function spokenRecording(): Promise<Buffer> {
  return readFile(new URL('../../libs/audio/src/__fixtures__/jfk.wav', import.meta.url));
}

/** A body whose prompt no request had before, so that no answer comes from the cache. */
export function freshUpload(bytes: Buffer): Buffer {
  const fields = { model: 'local/moonshine-tiny', prompt: `request ${counter++}` };
  return upload(fields, { name: 'a.wav', contentType: 'audio/wav', bytes });
}

/** Eleven seconds of speech through the embedded engine. */
export async function transcription(bench: Bench): Promise<Findings> {
  const { file } = await bench.speech();
  const recording = await spokenRecording();
  const gateway = await bench.gateway();
  const bare = await bench.server('bare-server', [file, 'audio/mpeg']);
  const body = () => freshUpload(recording);
  const same = { headers: uploadHeaders, body, connections: CONNECTIONS, until: { amount: bench.amount(16, 4) } };
  const rows = await rounds(
    [
      {
        name: 'Parlance, local engine, 11 s of speech',
        run: () => load({ servers: [gateway], path: '/v1/audio/transcriptions', ...same }),
      },
      { name: 'bare node:http', run: () => load({ servers: [bare], path: '/', ...same }) },
    ],
    bench.rounds,
  );
  return { markdown: table(`Transcription, 352 KB of wav, ${CONNECTIONS} connections`, rows), verdicts: [] };
}
