import type { Bench, Findings } from '../harness/bench.js';
import { load } from '../harness/load.js';
import { newText, speechBody, speechHeaders, speechPath } from '../harness/requests.js';
import { uploadHeaders } from '../harness/upload.js';
import { freshUpload, spokenRecording } from './transcription.js';

interface Delay {
  /** Milliseconds. */
  p50: number;
  p99: number;
  max: number;
}

/** How long the gateway's event loop is kept waiting while four callers speak and four transcribe. */
export async function eventLoop(bench: Bench): Promise<Findings> {
  const recording = await spokenRecording();
  const gateway = await bench.gateway();
  const same = { servers: [gateway], connections: 4 };
  gateway.tell('reset');
  const outcomes = await Promise.all([
    load({
      ...same,
      path: speechPath,
      headers: speechHeaders,
      body: () => speechBody(newText(), 'local/flite'),
      until: { amount: bench.amount(80, 20) },
    }),
    load({
      ...same,
      path: '/v1/audio/transcriptions',
      headers: uploadHeaders,
      body: () => freshUpload(recording),
      until: { amount: bench.amount(24, 6) },
    }),
  ]);
  if (outcomes.some(({ failed }) => failed > 0)) throw new Error('Requests failed while the event loop was measured.');
  const { p50, p99, max } = await gateway.ask<Delay>('delay');
  const numbers = `delay p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(1)} ms`;
  return {
    markdown: `### Event loop of the gateway, 8 requests in flight (4 speech, 4 transcription)\n\n${numbers}\n`,
    verdicts: [],
  };
}
