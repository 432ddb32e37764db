import { signal } from '@preact/signals';
import { ApiError, toApiError } from '../../api/api-error.js';
import { apiKey } from '../../api/key.js';
import { call, getJson } from '../../api/request.js';
import type { TraceRecord } from '../../api/types.js';
import { fileName, type Format } from '../../audio/formats.js';
import { Player } from '../../audio/player.js';
import { receive } from '../../audio/receive.js';
import type { Mark } from '../../components/waveform.js';
import { outcomeOf, type Outcome } from './outcome.js';
import { bodyOf, type SpeakFields } from './speak-request.js';

export interface Download {
  address: string;
  name: string;
  bytes: number;
}

export interface Run {
  /** `asking`: nothing has come yet; `coming`: the first audio is here. */
  phase: 'idle' | 'asking' | 'coming' | 'done' | 'failed';
  /** What was asked for: the form may say something else by now. */
  format?: Format;
  outcome: Outcome;
  error?: ApiError;
  download?: Download;
}

const FIRST_TEXT = 'Hello! I am Parlance. I can speak and listen, and I work without the internet.';

/** The form and its latest speech; they stay while another page is looked at. */
export const fields = signal<SpeakFields>({ text: FIRST_TEXT, voice: '', model: '', format: 'mp3', speed: 1, cache: true });
export const run = signal<Run>({ phase: 'idle', outcome: {} });
/** Where each piece of the text lies in the audio, where that is known. */
export const marks = signal<readonly Mark[]>([]);
export const player = new Player();

let controller = new AbortController();

export function change(changed: Partial<SpeakFields>): void {
  fields.value = { ...fields.value, ...changed };
}

export function isBusy(): boolean {
  return run.value.phase === 'asking' || run.value.phase === 'coming';
}

export async function speak(): Promise<void> {
  stop();
  const { signal: ended } = (controller = new AbortController());
  const asked = fields.value;
  const begun = performance.now();
  marks.value = [];
  run.value = { phase: 'asking', format: asked.format, outcome: {} };
  player.begin(asked.format);
  try {
    const response = await call('v1/voice/speak', { json: bodyOf(asked), signal: ended });
    note({ outcome: outcomeOf(response.headers) });
    const onFirst = () => note({ phase: 'coming', outcome: { firstMilliseconds: performance.now() - begun } });
    const audio = await receive(response, asked.format, player, onFirst);
    note({ outcome: { totalMilliseconds: performance.now() - begun } });
    const download = { address: URL.createObjectURL(audio), name: fileName(asked.format), bytes: audio.size };
    note({ phase: 'done', download });
    await Promise.all([player.finish(audio), noteTrace(ended)]);
  } catch (error) {
    if (ended.aborted) return;
    player.clear();
    note({ phase: 'failed', error: brokenOff(error) });
  }
}

/** Ends what is under way. */
export function stop(): void {
  controller.abort();
  player.clear();
  const { download } = run.value;
  if (download !== undefined) URL.revokeObjectURL(download.address);
  run.value = { phase: 'idle', outcome: {} };
}

function note({ outcome = {}, ...changed }: Partial<Run>): void {
  run.value = { ...run.value, ...changed, outcome: { ...run.value.outcome, ...outcome } };
}

/** Keys of clients may not see traces: it is tried once for each key. */
let refusedKey: string | undefined;

async function noteTrace(ended: AbortSignal): Promise<void> {
  const { requestId } = run.value.outcome;
  if (requestId === undefined || refusedKey === apiKey.value) return;
  try {
    const { trace } = await getJson<TraceRecord>(`v1/traces/${requestId}`, ended);
    note({ outcome: { trace } });
    marks.value = (trace.pieces ?? []).map(({ startSeconds, seconds }) => ({ start: startSeconds, end: startSeconds + seconds }));
  } catch (error) {
    // The figures of the headers are there without it. Whoever only left, or found nothing, may ask for the next one.
    if (error instanceof ApiError && error.lacksScope) refusedKey = apiKey.value;
  }
}

/** A stream that breaks off is a failure of the network to the browser. */
function brokenOff(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof TypeError)) return toApiError(error);
  return new ApiError({
    status: 0,
    message: 'The audio broke off before its end. The log of the gateway says why, under the id of the request.',
    ...(run.value.outcome.requestId !== undefined && { requestId: run.value.outcome.requestId }),
  });
}
