import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError, ParlanceError, type Recording, type Transcript } from '@parlance/contracts';
import { expectJson } from '../http/audio-body.js';
import { readText, type HttpResponse } from '../http/http-client.js';
import { field, textField } from '../http/json-fields.js';
import { base64Of } from '../requests/base64.js';
import { jsonObjects } from './json-objects.js';
import { expectSuccess, failureContext, failureWithin, v3Headers, type YandexConnection } from './yandex.connection.js';
import type { YandexOptions } from './yandex.options.js';
import { toTranscript } from './yandex.recognition-result.js';
import type { ShortRequest } from './yandex.short-recognition.js';

type Timing = Pick<YandexOptions, 'pollingMilliseconds' | 'deadlineMilliseconds' | 'literatureText' | 'keepResults'>;

/** How often asking may fail in a row before the recognition is given up. */
const patience = 3;

/** API v3 for whole files: sends the recording, asks until it is done, fetches what was heard and has it deleted. */
export async function recogniseFile(
  connection: YandexConnection,
  options: Timing,
  request: ShortRequest,
  choices: { profanityFilter?: boolean; literatureText?: boolean },
  signal: AbortSignal,
): Promise<Transcript> {
  const deadline = performance.now() + options.deadlineMilliseconds;
  const operation = await begin(connection, request, { literatureText: options.literatureText, ...choices }, signal);
  try {
    const wait = async () => pause(connection, options.pollingMilliseconds, deadline, signal);
    await untilDone(connection, operation, wait, signal);
    const results = await fetchResults(connection, operation, wait, signal);
    return toTranscript(results, request);
  } finally {
    // Whoever has left does not wait for it.
    const deleted = options.keepResults ? Promise.resolve() : forget(connection, operation);
    if (!signal.aborted) await deleted;
  }
}

async function begin(
  connection: YandexConnection,
  { recording, model, language }: ShortRequest,
  { literatureText = false, profanityFilter = false }: { literatureText?: boolean; profanityFilter?: boolean },
  signal: AbortSignal,
): Promise<string> {
  const body = {
    content: await base64Of(recording.bytes),
    recognitionModel: {
      model,
      audioFormat: audioFormat(recording),
      textNormalization: { textNormalization: 'TEXT_NORMALIZATION_ENABLED', profanityFilter, literatureText },
      languageRestriction: { restrictionType: 'WHITELIST', languageCode: [wireLanguage(language)] },
      audioProcessingType: 'FULL_DATA',
    },
  };
  const response = await connection.http.send(
    {
      method: 'POST',
      url: `${connection.transcriptionUrl}/stt/v3/recognizeFileAsync`,
      headers: { ...v3Headers(connection), 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
    signal,
  );
  const operation = textField(await successOf(connection, response), 'id');
  if (operation !== undefined) return operation;
  throw new ParlanceError('server', `${connection.name} has not said how to ask for the result. Try again.`, { provider: connection.name });
}

async function untilDone(connection: YandexConnection, operation: string, wait: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let failures = 0; ;) {
    await wait();
    const asked = await ask(connection, operation, signal).catch((error: unknown) => passing(error));
    if (asked instanceof ParlanceError) {
      if (++failures >= patience) throw asked;
      continue;
    }
    failures = 0;
    const { state, response } = asked;
    if ((state['error'] ?? null) !== null) throw failureWithin(state, response, failureContext(connection));
    if (state['done'] === true) return;
  }
}

async function ask(connection: YandexConnection, operation: string, signal: AbortSignal) {
  const url = `${connection.operationUrl}/operations/${encodeURIComponent(operation)}`;
  const response = await connection.http.send({ method: 'GET', url, headers: { authorization: connection.authorization } }, signal);
  return { response, state: await successOf(connection, response) };
}

/** A question that fails in passing does not lose the recognition; anything else does. */
function passing(error: unknown): ParlanceError {
  if (error instanceof ParlanceError && error.retryable) return error;
  throw error;
}

/** Done and there are not the same: a 404 means that it is not there yet. */
async function fetchResults(
  connection: YandexConnection,
  operation: string,
  wait: () => Promise<void>,
  signal: AbortSignal,
): Promise<unknown[]> {
  for (;;) {
    const response = await connection.http.send(
      { method: 'GET', url: resultUrl(connection, 'getRecognition', operation), headers: v3Headers(connection) },
      signal,
    );
    if (response.status === 404) {
      await readText(response);
      await wait();
      continue;
    }
    const context = failureContext(connection);
    await expectSuccess(response, context);
    const results: unknown[] = [];
    for await (const object of jsonObjects(response.body, connection.name)) {
      if (field(object, 'error') !== undefined) throw failureWithin(object, response, context);
      results.push(field(object, 'result') ?? object);
    }
    return results;
  }
}

/** Best effort: what cannot be deleted is gone after three days. */
async function forget(connection: YandexConnection, operation: string): Promise<void> {
  try {
    const { signal } = new AbortController();
    const request = {
      method: 'DELETE',
      url: resultUrl(connection, 'deleteRecognition', operation),
      headers: v3Headers(connection),
    } as const;
    await readText(await connection.http.send(request, signal, { firstByteMilliseconds: 5000, idleMilliseconds: 5000 }));
  } catch {
    // The transcript is there; that it also lies at Yandex for a while is no failure of the request.
  }
}

async function pause({ name }: YandexConnection, milliseconds: number, deadline: number, signal: AbortSignal): Promise<void> {
  if (performance.now() + milliseconds > deadline) {
    throw new ParlanceError('timeout', `${name} was not done with the recording in time. Allow more with deadlineMilliseconds.`, {
      provider: name,
    });
  }
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch {
    throw new AbortedError(signal.reason);
  }
}

async function successOf(connection: YandexConnection, response: HttpResponse): Promise<Record<string, unknown>> {
  await expectSuccess(response, failureContext(connection));
  return expectJson(await readText(response), connection.name);
}

function resultUrl({ transcriptionUrl }: YandexConnection, method: string, operation: string): string {
  return `${transcriptionUrl}/stt/v3/${method}?${new URLSearchParams({ operationId: operation }).toString()}`;
}

function audioFormat({ format, sampleRate = 16_000 }: Recording) {
  if (format === 'pcm') {
    return { rawAudio: { audioEncoding: 'LINEAR16_PCM', sampleRateHertz: String(sampleRate), audioChannelCount: '1' } };
  }
  return { containerAudio: { containerAudioType: format === 'mp3' ? 'MP3' : format === 'wav' ? 'WAV' : 'OGG_OPUS' } };
}

/** Recognition knows Kazakh by a region of its own. */
function wireLanguage(language: string | undefined): string {
  return language === 'kk-KZ' ? 'kk-KK' : (language ?? 'auto');
}
