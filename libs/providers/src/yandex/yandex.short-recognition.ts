import { sizeOf, type Recording, type Transcript, type TranscriptionRequest } from '@parlance/contracts';
import { expectJson } from '../http/audio-body.js';
import { readText } from '../http/http-client.js';
import { field, textField } from '../http/json-fields.js';
import { listeningLimits } from '../requests/listening-limits.js';
import { expectSuccess, failureContext, failureWithin, type YandexConnection } from './yandex.connection.js';

/** What API v1 takes. */
export const SHORT_LIMITS = { bytes: 1_000_000, seconds: 30 } as const;
const pcmRates = [8000, 16_000, 48_000];

export type ShortRequest = Omit<TranscriptionRequest, 'language'> & { language: string | undefined };

/** Whether API v1 takes it. A recording whose length nobody knows is none. */
export function isShort(recording: Recording): boolean {
  const { bytes, format, sampleRate } = recording;
  const duration = durationOf(recording);
  if (format === 'pcm' && !pcmRates.includes(sampleRate ?? 0)) return false;
  return sizeOf(bytes) <= SHORT_LIMITS.bytes && duration !== undefined && duration < SHORT_LIMITS.seconds;
}

/** `POST /speech/v1/stt:recognize`: the recording is the body, everything else is in the address. */
export async function recogniseShort(
  connection: YandexConnection,
  { recording, model, language }: ShortRequest,
  { profanityFilter }: { profanityFilter?: boolean },
  signal: AbortSignal,
): Promise<Transcript> {
  const { http, transcriptionUrl, authorization, folderId, name } = connection;
  const url = new URL(`${transcriptionUrl}/speech/v1/stt:recognize`);
  const pcm = recording.format === 'pcm';
  url.search = new URLSearchParams({
    ...(language === undefined ? {} : { lang: language }),
    topic: model,
    ...(profanityFilter === undefined ? {} : { profanityFilter: String(profanityFilter) }),
    format: pcm ? 'lpcm' : 'oggopus',
    ...(pcm ? { sampleRateHertz: String(recording.sampleRate) } : {}),
    ...(folderId === undefined ? {} : { folderId }),
  }).toString();
  const response = await http.send(
    { method: 'POST', url, headers: { authorization, 'content-type': 'application/octet-stream' }, body: recording.bytes },
    signal,
    listeningLimits(http.limits, recording),
  );
  const context = failureContext(connection);
  await expectSuccess(response, context);
  const body = expectJson(await readText(response), name);
  if (field(body, 'error_code') !== undefined) throw failureWithin(body, response, context);
  const duration = durationOf(recording) ?? 0;
  // Billed in units of 15 seconds, which the answer tells.
  const billed = Number(response.header('yacloud-billing-units') ?? Number.NaN);
  return {
    text: (textField(body, 'result') ?? '').trim(),
    duration,
    ...(language === undefined || language === 'auto' ? {} : { language }),
    usage: { seconds: Number.isFinite(billed) && billed > 0 ? billed : duration },
    warnings: [],
  };
}

function durationOf({ bytes, format, sampleRate, duration }: Recording): number | undefined {
  return format === 'pcm' && sampleRate !== undefined ? sizeOf(bytes) / 2 / sampleRate : duration;
}
