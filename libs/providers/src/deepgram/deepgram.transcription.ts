import type {
  RecordingFormat,
  Transcript,
  TranscriptionCapabilities,
  TranscriptionProvider,
  TranscriptionRequest,
  TranscriptSegment,
  TranscriptWord,
} from '@parlance/contracts';
import { expectedTerms } from '../requests/expected-terms.js';
import { expectJson } from '../http/audio-body.js';
import { checkTranscriptionRequest } from '../requests/check-request.js';
import { readText } from '../http/http-client.js';
import { field, listField, numberField, textField, timeField } from '../http/json-fields.js';
import { languageOf, noTranscript, timesOf } from '../http/transcript-body.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { ignoredTranscription } from '../requests/ignored-transcription.js';
import { listeningLimits } from '../requests/listening-limits.js';
import { deepgramRequestIds, deepgramUrl, readDeepgramError, type DeepgramConnection } from './deepgram.connection.js';
import { DEEPGRAM_LANGUAGES, deepgramLanguage } from './deepgram.languages.js';

const MEDIA_TYPES: Readonly<Record<RecordingFormat, string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  'ogg-opus': 'audio/ogg',
  'ogg-vorbis': 'audio/ogg',
  webm: 'audio/webm',
  flac: 'audio/flac',
  mp4: 'audio/mp4',
  aac: 'audio/aac',
  amr: 'audio/amr',
  pcm: 'application/octet-stream',
};

/** `POST /v1/listen`: words and utterances with their times. */
export class DeepgramTranscription implements TranscriptionProvider {
  readonly name: string;
  readonly capabilities: TranscriptionCapabilities = {
    models: [{ id: 'nova-3' }, { id: 'nova-2' }],
    anyModel: true,
    languages: DEEPGRAM_LANGUAGES,
    formats: Object.keys(MEDIA_TYPES) as RecordingFormat[],
    pcmSampleRate: 16_000,
    maximumBytes: 2_000_000_000,
    timings: 'word',
    prompt: true,
    punctuation: true,
    profanityFilter: true,
  };

  constructor(private readonly connection: DeepgramConnection) {
    this.name = connection.name;
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    checkTranscriptionRequest(request, this.capabilities, this.name, signal);
    const { http, headers, apiKey } = this.connection;
    const { bytes, format } = request.recording;
    const response = await http.send(
      {
        method: 'POST',
        url: deepgramUrl(this.connection, '/v1/listen', parametersOf(request)),
        headers: { ...headers, 'content-type': MEDIA_TYPES[format] },
        body: bytes,
      },
      signal,
      listeningLimits(http.limits, request.recording),
    );
    if (response.status !== 200) {
      const context = {
        provider: this.name,
        secrets: [apiKey, request.prompt, ...expectedTerms(request.prompt)],
        requestIdHeaders: deepgramRequestIds,
      };
      throw await vendorFailure(response, readDeepgramError, context);
    }
    const body = expectJson(await readText(response, 64 * 1024 * 1024), this.name);
    return { ...toTranscript(body, request, this.name), warnings: ignoredTranscription(this.name, request, ['temperature']) };
  }
}

function parametersOf(request: TranscriptionRequest): Record<string, unknown> {
  const { recording, model, language, prompt, punctuation, profanityFilter, options = {} } = request;
  const chosen = language === undefined ? {} : { language: deepgramLanguage(language) };
  const detect = language === undefined && options['language'] === undefined && options['detect_language'] === undefined;
  return {
    smart_format: true,
    punctuate: true,
    utterances: true,
    ...options,
    // What is formatted smartly is punctuated as well.
    ...(punctuation === undefined ? {} : { punctuate: punctuation, ...(punctuation ? {} : { smart_format: false }) }),
    ...(profanityFilter === undefined ? {} : { profanity_filter: profanityFilter }),
    model,
    ...chosen,
    ...(detect ? { detect_language: true } : {}),
    ...(prompt === undefined ? {} : { [/^nova-3|^flux/.test(model) ? 'keyterm' : 'keywords']: expectedTerms(prompt) }),
    ...(recording.format === 'pcm' ? { encoding: 'linear16', sample_rate: recording.sampleRate, channels: 1 } : {}),
  };
}

function toTranscript(
  body: Record<string, unknown>,
  { recording, language }: TranscriptionRequest,
  provider: string,
): Omit<Transcript, 'warnings'> {
  const { results } = body;
  if (!Array.isArray(field(results, 'channels'))) throw noTranscript(provider);
  const channels = listField(results, 'channels');
  const best = channels.map((channel) => listField(channel, 'alternatives')[0]);
  const words = best.flatMap((alternative) => listField(alternative, 'words').flatMap(toWord)).toSorted((a, b) => a.start - b.start);
  const segments = listField(results, 'utterances').flatMap(toSegment);
  const duration = timeField(field(body, 'metadata'), 'duration') ?? recording.duration ?? words.at(-1)?.end ?? 0;
  const confidence = numberField(best[0], 'confidence');
  const found = languageOf(textField(channels[0], 'detected_language')) ?? language;
  return {
    text: best
      .map((alternative) => (textField(alternative, 'transcript') ?? '').trim())
      .filter((text) => text !== '')
      .join('\n'),
    duration,
    ...(found === undefined ? {} : { language: found }),
    ...(segments.length === 0 ? {} : { segments }),
    ...(words.length === 0 ? {} : { words }),
    ...(confidence === undefined || words.length === 0 ? {} : { confidence }),
    usage: { seconds: duration },
  };
}

function toWord(value: unknown): TranscriptWord[] {
  const word = textField(value, 'punctuated_word') ?? textField(value, 'word');
  const times = timesOf(value);
  return times === undefined || word === undefined ? [] : [{ ...times, word }];
}

function toSegment(value: unknown): TranscriptSegment[] {
  const times = timesOf(value);
  return times === undefined ? [] : [{ ...times, text: (textField(value, 'transcript') ?? '').trim() }];
}
