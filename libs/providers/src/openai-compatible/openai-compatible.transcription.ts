import {
  type RecordingFormat,
  type Transcript,
  type TranscriptionCapabilities,
  type TranscriptionProvider,
  type TranscriptionRequest,
  type TranscriptSegment,
  type TranscriptWord,
} from '@parlance/contracts';
import { expectJson } from '../http/audio-body.js';
import { checkTranscriptionRequest } from '../requests/check-request.js';
import { ignoredTranscription } from '../requests/ignored-transcription.js';
import { listeningLimits } from '../requests/listening-limits.js';
import { setRecording } from '../requests/upload-file.js';
import { readText } from '../http/http-client.js';
import { listField, numberField, textField, timeField } from '../http/json-fields.js';
import { expectText, timesOf } from '../http/transcript-body.js';
import { UploadForm } from '../http/upload-form.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { readOpenaiError, type OpenaiCompatibleConnection } from './openai-compatible.connection.js';
import { languageFrom, wireLanguage } from './openai-compatible.languages.js';
import type { Server } from './servers.js';

const FORMATS: readonly RecordingFormat[] = ['wav', 'mp3', 'ogg-opus', 'ogg-vorbis', 'webm', 'flac', 'mp4'];

/** `POST /audio/transcriptions`: with times where the model gives them. */
export class OpenaiCompatibleTranscription implements TranscriptionProvider {
  readonly name: string;
  readonly capabilities: TranscriptionCapabilities;

  constructor(
    private readonly connection: OpenaiCompatibleConnection,
    private readonly server: NonNullable<Server['transcription']>,
  ) {
    const { models, verboseModels, maximumBytes } = server;
    this.name = connection.name;
    this.capabilities = {
      models: models.map((id) => ({ id })),
      languages: ['*'],
      formats: FORMATS,
      pcmSampleRate: 16_000,
      timings: verboseModels.length > 0 ? 'segment' : 'none',
      prompt: true,
      temperature: true,
      ...(maximumBytes === undefined ? {} : { maximumBytes }),
    };
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    checkTranscriptionRequest(request, this.capabilities, this.name, signal);
    const { http, baseUrl, headers, apiKey } = this.connection;
    const response = await http.send(
      { method: 'POST', url: `${baseUrl}/audio/transcriptions`, headers, body: this.form(request) },
      signal,
      listeningLimits(http.limits, request.recording),
    );
    if (response.status !== 200)
      throw await vendorFailure(response, readOpenaiError, { provider: this.name, secrets: [apiKey, request.prompt] });
    const body = expectJson(await readText(response, 32 * 1024 * 1024), this.name);
    return {
      ...toTranscript(body, request, this.name),
      warnings: ignoredTranscription(this.name, request, ['punctuation', 'profanityFilter']),
    };
  }

  private form({ recording, model, language, prompt, temperature, options = {} }: TranscriptionRequest): UploadForm {
    const form = new UploadForm();
    for (const [name, value] of Object.entries(options)) {
      for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
        form.append(Array.isArray(value) ? `${name}[]` : name, String(one));
    }
    form.set('model', model);
    form.set('response_format', this.server.verboseModels.includes(model) ? 'verbose_json' : 'json');
    if (language !== undefined) form.set('language', wireLanguage(language));
    if (prompt !== undefined) form.set('prompt', prompt);
    if (temperature !== undefined) form.set('temperature', String(temperature));
    setRecording(form, 'file', recording);
    return form;
  }
}

function toTranscript(
  body: Record<string, unknown>,
  { recording, language }: TranscriptionRequest,
  provider: string,
): Omit<Transcript, 'warnings'> {
  const text = expectText(body, provider);
  const segments = listField(body, 'segments').flatMap(toSegment);
  const words = listField(body, 'words').flatMap(toWord);
  const usage = body['usage'];
  const duration = timeField(body, 'duration') ?? recording.duration ?? timeField(usage, 'seconds') ?? segments.at(-1)?.end ?? 0;
  const found = languageOf(body) ?? language;
  const [inputTokens, outputTokens] = [numberField(usage, 'input_tokens'), numberField(usage, 'output_tokens')];
  return {
    text,
    duration,
    ...(found === undefined ? {} : { language: found }),
    ...(segments.length === 0 ? {} : { segments }),
    ...(words.length === 0 ? {} : { words }),
    usage: {
      seconds: timeField(usage, 'seconds') ?? duration,
      ...(inputTokens === undefined ? {} : { inputTokens }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
    },
  };
}

function toSegment(value: unknown): TranscriptSegment[] {
  const times = timesOf(value);
  return times === undefined ? [] : [{ ...times, text: (textField(value, 'text') ?? '').trim() }];
}

function toWord(value: unknown): TranscriptWord[] {
  const word = textField(value, 'word');
  const times = timesOf(value);
  return times === undefined || word === undefined ? [] : [{ ...times, word }];
}

/** `languages: [{code}]` of newer models, or the English name of the language of older ones. */
function languageOf(body: Record<string, unknown>): string | undefined {
  const [first] = listField(body, 'languages');
  return languageFrom(textField(first, 'code') ?? (typeof first === 'string' ? first : textField(body, 'language')));
}
