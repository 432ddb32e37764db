import { ParlanceError, TooLargeError, type Transcript, type TranscriptionRequest } from '@parlance/contracts';
import { listField, numberField, textField, timeField } from '../http/json-fields.js';
import type { AzureListening } from './azure.listening.js';
import { AZURE_LANGUAGES, azureLocale } from './azure.locale.js';

/** Seconds of audio that Azure takes at once here. */
const LONGEST = 60;
const TICKS_PER_SECOND = 10_000_000;

/** Speech to text for short audio: one language, one stretch of text. */
export function azureShort(candidates: readonly string[]): AzureListening {
  const fallback = candidates[0] ?? 'en-US';
  return {
    capabilities: {
      models: [{ id: 'short', description: `Speech to text for short audio: at most ${LONGEST} seconds.` }],
      languages: AZURE_LANGUAGES,
      formats: ['wav', 'ogg-opus'],
      onlyPlain: true,
      pcmSampleRate: 16_000,
      maximumSeconds: LONGEST,
      timings: 'segment',
      prompt: false,
      profanityFilter: true,
    },
    ignores: ['prompt', 'temperature', 'punctuation'],
    request: ({ addresses, headers, name }, request) => {
      const { bytes, duration = 0 } = request.recording;
      if (duration > LONGEST)
        throw new TooLargeError(`${name} takes at most ${LONGEST} seconds at once. Send the recording in parts.`, 'file');
      return {
        method: 'POST',
        url: `${addresses.recognition}/speech/recognition/conversation/cognitiveservices/v1?${parametersOf(request, fallback).toString()}`,
        headers: { ...headers, accept: 'application/json', 'content-type': mediaTypeOf(request) },
        body: bytes,
      };
    },
    transcript: (body, request, provider) => shortTranscript(body, request, { provider, fallback }),
  };
}

function mediaTypeOf({ recording: { format, sampleRate = 16_000 } }: TranscriptionRequest): string {
  return format === 'wav' ? `audio/wav; codecs=audio/pcm; samplerate=${sampleRate}` : 'audio/ogg; codecs=opus';
}

function parametersOf({ language, profanityFilter, options = {} }: TranscriptionRequest, fallback: string): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(options)) if (typeof value === 'string') parameters.set(name, value);
  if (profanityFilter !== undefined) parameters.set('profanity', profanityFilter ? 'masked' : 'raw');
  parameters.set('language', azureLocale(language ?? fallback));
  parameters.set('format', 'detailed');
  return parameters;
}

/**
 * `{RecognitionStatus, Offset, Duration, NBest}`; silence is a success without text.
 * @throws ParlanceError `server` when the recognition failed, which is a success for HTTP
 */
function shortTranscript(
  body: Record<string, unknown>,
  { recording, language }: TranscriptionRequest,
  { provider, fallback }: { provider: string; fallback: string },
): Omit<Transcript, 'warnings'> {
  const status = textField(body, 'RecognitionStatus');
  if (status === undefined || status === 'Error') {
    throw new ParlanceError('server', `${provider} could not recognise the recording. Try again.`, {
      provider,
      ...(status === undefined ? {} : { reason: status }),
    });
  }
  const [best] = listField(body, 'NBest');
  const text = (textField(best, 'Display') ?? textField(body, 'DisplayText') ?? '').trim();
  const start = (timeField(body, 'Offset') ?? 0) / TICKS_PER_SECOND;
  const end = ((timeField(body, 'Offset') ?? 0) + (timeField(body, 'Duration') ?? 0)) / TICKS_PER_SECOND;
  const duration = recording.duration ?? end;
  const confidence = numberField(best, 'Confidence');
  return {
    text,
    duration,
    language: language ?? fallback,
    ...(text === '' ? {} : { segments: [{ start, end, text }] }),
    ...(text === '' || confidence === undefined ? {} : { confidence }),
    usage: { seconds: duration },
  };
}
