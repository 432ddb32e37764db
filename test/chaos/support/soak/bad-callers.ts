import { connect } from 'node:net';
import { FormData } from 'undici';
import { expectAnswer, type Outcome } from './outcome.js';
import type { Asked } from './soak-client.js';
import type { SoakWorld } from './soak-world.js';

const form = (bytes: Uint8Array<ArrayBuffer>) => {
  const made = new FormData();
  made.append('model', 'whisper-1');
  made.append('file', new Blob([bytes]), 'speech.mp3');
  return made;
};
const speech = { model: 'tts-1', voice: 'alloy', input: 'Hello.' };

/** What is refused, and how. */
const BAD: readonly (readonly [path: string, status: number, asked: () => Asked])[] = [
  ['/v1/audio/speech', 400, () => ({ body: Buffer.from('{"input": '), headers: { 'content-type': 'application/json' } })],
  ['/v1/audio/speech', 400, () => ({ body: { ...speech, input: '' } })],
  ['/v1/audio/speech', 400, () => ({ body: { ...speech, speed: 900 } })],
  ['/v1/audio/speech', 404, () => ({ body: { ...speech, model: 'no-such-model' } })],
  ['/v1/audio/speech', 415, () => ({ body: Buffer.from('Hello.'), headers: { 'content-type': 'text/plain' } })],
  ['/v1/audio/transcriptions', 400, () => ({ body: form(new Uint8Array(50_000).fill(7)) })],
  ['/v1/audio/transcriptions', 413, () => ({ body: form(new Uint8Array(1_200_000)) })],
  ['/v1/voice/transcribe', 400, () => ({ body: { url: 'http://127.0.0.1:1/speech.mp3' } })],
  ['/v1/voice/transcribe', 404, () => ({ body: { fileId: Buffer.from('voice/recordings/none.ogg').toString('base64url') } })],
  ['/v1/jobs/job_00000000000000000000000000000000', 404, () => ({ method: 'GET' })],
  ['/v1/agents/nobody/turns', 404, () => ({ body: { text: 'Hello.' } })],
  ['/webhooks/telegram/caller', 401, () => ({ body: { update_id: 1 } })],
  ['/objects/voice/speech/none.ogg?signature=none', 403, () => ({ method: 'GET' })],
  ['/v1/nowhere', 404, () => ({ method: 'GET' })],
];

export async function badInput(world: SoakWorld): Promise<Outcome> {
  const [path, status, asked] = BAD[world.next() % BAD.length]!;
  const answer = await world.client.ask(world.url + path, asked());
  try {
    return expectAnswer(answer, status);
  } catch (cause) {
    throw new Error(`${path}: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

const HEAD = 'POST /v1/audio/speech HTTP/1.1\r\nhost: soak\r\ncontent-type: application/json\r\n';
/** What a connection says before it is cut. */
const BEGINNINGS = [
  '',
  'NONSENSE\r\n\r\n',
  'POST /v1/audio/sp',
  `${HEAD}content-length: 1000\r\n\r\n{"input": "`,
  `${HEAD}transfer-encoding: chunked\r\n\r\n5\r\n{"inp`,
];

export async function cutConnection(world: SoakWorld): Promise<Outcome> {
  const { hostname, port } = new URL(world.url);
  const socket = connect(Number(port), hostname);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('error', () => undefined);
  socket.once('connect', () => socket.write(BEGINNINGS[world.next() % BEGINNINGS.length]!, () => socket.resetAndDestroy()));
  await closed;
  return 'left';
}
