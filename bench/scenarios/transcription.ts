import { load } from '../harness/load.js';
import { rounds, type Row } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';

const boundary = 'parlance-bench-boundary';
let counter = 0;

/** A multipart body whose prompt no request had before, so that no answer comes from the cache. */
export function freshUpload(audio: Buffer): Buffer {
  const part = (name: string, value: string) => `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return Buffer.concat([
    Buffer.from(part('model', 'local/moonshine-tiny') + part('prompt', `request ${counter++}`)),
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n`),
    audio,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
}

export const uploadHeaders = { 'content-type': `multipart/form-data; boundary=${boundary}` };

export async function transcription(gateway: ServerProcess, bare: ServerProcess, audio: Buffer, count: number): Promise<Row[]> {
  const same = { headers: uploadHeaders, body: () => freshUpload(audio), connections: 4, amount: 16 };
  return rounds(
    [
      {
        name: 'Parlance, local engine, 11 s of speech',
        run: () => load({ origin: gateway.url, path: '/v1/audio/transcriptions', ...same }),
      },
      { name: 'bare node:http', run: () => load({ origin: bare.url, path: '/', ...same }) },
    ],
    count,
  );
}
