import { load } from '../harness/load.js';
import type { ServerProcess } from '../harness/server-process.js';
import { freshUpload, uploadHeaders } from './transcription.js';

export interface Delay {
  /** Milliseconds. */
  p50: number;
  p99: number;
  max: number;
}

/** How long the gateway's event loop is kept waiting while four callers speak and four transcribe. */
export async function eventLoopDelay(gateway: ServerProcess, audio: Buffer): Promise<Delay> {
  let counter = 0;
  const text = () =>
    JSON.stringify({ model: 'local/flite', voice: 'nova', input: `A sentence that nobody has asked for yet, number ${counter++}.` });
  gateway.tell('reset');
  const outcomes = await Promise.all([
    load({
      origin: gateway.url,
      path: '/v1/audio/speech',
      headers: { 'content-type': 'application/json' },
      body: text,
      connections: 4,
      amount: 80,
    }),
    load({
      origin: gateway.url,
      path: '/v1/audio/transcriptions',
      headers: uploadHeaders,
      body: () => freshUpload(audio),
      connections: 4,
      amount: 24,
    }),
  ]);
  if (outcomes.some(({ failed }) => failed > 0)) throw new Error('Requests failed while the event loop was measured.');
  return gateway.ask<Delay>('delay');
}
