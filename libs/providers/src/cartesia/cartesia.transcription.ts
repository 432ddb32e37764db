import type {
  RecordingFormat,
  Transcript,
  TranscriptionCapabilities,
  TranscriptionProvider,
  TranscriptionRequest,
  TranscriptWord,
} from '@parlance/contracts';
import { expectJson } from '../http/audio-body.js';
import { checkTranscriptionRequest } from '../requests/check-request.js';
import { listeningLimits } from '../requests/listening-limits.js';
import { setRecording } from '../requests/upload-file.js';
import { readText } from '../http/http-client.js';
import { listField, textField, timeField } from '../http/json-fields.js';
import { expectText, languageOf, timesOf } from '../http/transcript-body.js';
import { UploadForm } from '../http/upload-form.js';
import { vendorFailure } from '../http/vendor-failure.js';
import { ignoredTranscription } from '../requests/ignored-transcription.js';
import { readCartesiaError, type CartesiaConnection } from './cartesia.connection.js';
import type { CartesiaOptions } from './cartesia.options.js';
import { HEARD_LANGUAGES, wireLanguage } from './cartesia.languages.js';

const sampleRate = 16_000;

const FORMATS: readonly RecordingFormat[] = ['wav', 'mp3', 'ogg-opus', 'ogg-vorbis', 'webm', 'flac', 'mp4', 'pcm'];

/** `POST /stt`: the text, with the time of each word. Without a language it hears English. */
export class CartesiaTranscription implements TranscriptionProvider {
  readonly name: string;
  readonly capabilities: TranscriptionCapabilities;

  constructor(
    private readonly connection: CartesiaConnection,
    { transcriptionModels = ['ink-whisper'] }: CartesiaOptions,
  ) {
    this.name = connection.name;
    this.capabilities = {
      models: transcriptionModels.map((id) => ({ id })),
      anyModel: true,
      languages: HEARD_LANGUAGES,
      formats: FORMATS,
      pcmSampleRate: sampleRate,
      timings: 'word',
      prompt: false,
    };
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    checkTranscriptionRequest(request, this.capabilities, this.name, signal);
    const { http, headers, apiKey } = this.connection;
    const response = await http.send(
      { method: 'POST', url: this.address(request), headers, body: formOf(request) },
      signal,
      listeningLimits(http.limits, request.recording),
    );
    if (response.status !== 200)
      throw await vendorFailure(response, readCartesiaError, { provider: this.name, secrets: [apiKey, request.prompt] });
    return toTranscript(expectJson(await readText(response, 32 * 1024 * 1024), this.name), request, this.name);
  }

  /** What bare samples are is said in the query. */
  private address({ recording }: TranscriptionRequest): URL {
    const url = new URL(`${this.connection.baseUrl}/stt`);
    if (recording.format === 'pcm') {
      url.searchParams.set('encoding', 'pcm_s16le');
      url.searchParams.set('sample_rate', String(recording.sampleRate ?? sampleRate));
    }
    return url;
  }
}

function formOf({ recording, model, language, words, options = {} }: TranscriptionRequest): UploadForm {
  const form = new UploadForm();
  const timed = words === false ? {} : { timestamp_granularities: ['word'] };
  for (const [name, value] of Object.entries({ ...timed, ...options })) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value])
      form.append(Array.isArray(value) ? `${name}[]` : name, String(one));
  }
  form.set('model', model);
  if (language !== undefined) form.set('language', wireLanguage(language));
  setRecording(form, 'file', recording);
  return form;
}

function toTranscript(body: Record<string, unknown>, request: TranscriptionRequest, provider: string): Transcript {
  const text = expectText(body, provider);
  const words = listField(body, 'words').flatMap(toWord);
  const duration = timeField(body, 'duration') ?? request.recording.duration ?? words.at(-1)?.end ?? 0;
  const language = languageOf(textField(body, 'language')) ?? request.language;
  return {
    text,
    duration,
    ...(language === undefined ? {} : { language }),
    ...(words.length === 0 ? {} : { words }),
    usage: { seconds: duration },
    warnings: ignoredTranscription(provider, request, ['prompt', 'temperature', 'punctuation', 'profanityFilter']),
  };
}

function toWord(value: unknown): TranscriptWord[] {
  const word = textField(value, 'word')?.trim();
  const times = timesOf(value);
  return times === undefined || word === undefined ? [] : [{ ...times, word }];
}
