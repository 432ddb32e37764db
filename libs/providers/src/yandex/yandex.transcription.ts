import {
  TooLargeError,
  type RecordingFormat,
  type Transcript,
  type TranscriptionCapabilities,
  type TranscriptionProvider,
  type TranscriptionRequest,
} from '@parlance/contracts';
import { checkTranscriptionRequest } from '../requests/check-request.js';
import { ignoredTranscription } from '../requests/ignored-transcription.js';
import { readChoices } from './yandex.choices.js';
import type { YandexConnection } from './yandex.connection.js';
import { recogniseFile } from './yandex.file-recognition.js';
import type { YandexOptions } from './yandex.options.js';
import { SHORT_LIMITS, isShort, recogniseShort } from './yandex.short-recognition.js';
import { withRegion } from './yandex.voices.js';

/** Those of the documentation of streaming, which has the same models. */
const LANGUAGES = 'ru-RU kk-KZ en-US de-DE es-ES fi-FI fr-FR he-IL it-IT nl-NL pl-PL pt-PT pt-BR sv-SE tr-TR uz-UZ'.split(' ');

/** v1 answers at once and has no timings; v3 is sent the recording, asked whether it is done, and gives words with times. */
export class YandexTranscription implements TranscriptionProvider {
  readonly name: string;
  readonly capabilities: TranscriptionCapabilities;

  constructor(
    private readonly connection: YandexConnection,
    private readonly options: YandexOptions,
  ) {
    const { transcriptionApi, transcriptionLanguages = LANGUAGES, shortLanguages, maximumRecordingBytes } = options;
    const onlyShort = transcriptionApi === 'v1';
    this.name = connection.name;
    this.capabilities = {
      models: (onlyShort ? MODELS.slice(0, 3) : MODELS).map((id) => ({ id })),
      anyModel: true,
      languages: onlyShort ? shortLanguages.filter((tag) => tag !== 'auto') : transcriptionLanguages,
      formats: FORMATS[transcriptionApi],
      pcmSampleRate: 16_000,
      maximumBytes: onlyShort ? SHORT_LIMITS.bytes : maximumRecordingBytes,
      maximumSeconds: onlyShort ? SHORT_LIMITS.seconds : 4 * 3600,
      timings: onlyShort ? 'none' : 'word',
      prompt: false,
      punctuation: !onlyShort,
      profanityFilter: true,
    };
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    checkTranscriptionRequest(request, this.capabilities, this.name, signal);
    const read = readChoices(this.name, { profanityFilter: 'boolean', literatureText: 'boolean' }, request.options);
    const { punctuation, profanityFilter } = request;
    const choices = {
      ...read.choices,
      ...(punctuation === undefined ? {} : { literatureText: punctuation }),
      ...(profanityFilter === undefined ? {} : { profanityFilter }),
    };
    const language = request.language === undefined ? undefined : withRegion(request.language, this.capabilities.languages);
    const atOnce = this.isShort(request, language ?? 'auto');
    const transcript = atOnce
      ? await recogniseShort(this.connection, { ...request, language: this.shortLanguage(language) }, choices, signal)
      : await recogniseFile(this.connection, this.options, { ...request, language }, choices, signal);
    return {
      ...transcript,
      warnings: [
        ...transcript.warnings,
        ...ignoredTranscription(this.name, request, ['prompt', 'temperature', ...(atOnce ? (['punctuation'] as const) : [])]),
        ...read.warnings,
      ],
    };
  }

  private isShort({ recording, model }: TranscriptionRequest, language: string): boolean {
    const { transcriptionApi, shortLanguages } = this.options;
    const fits = isShort(recording);
    if (transcriptionApi === 'v1' && !fits) {
      throw new TooLargeError(
        `${this.name} takes at most 30 seconds at once with API v1. Set transcriptionApi to auto for longer recordings.`,
        'file',
      );
    }
    if (transcriptionApi !== 'auto') return transcriptionApi === 'v1';
    return fits && shortLanguages.includes(language) && !model.startsWith('deferred-');
  }

  /** Without `auto`, v1 takes its default. */
  private shortLanguage(language: string | undefined): string | undefined {
    return language ?? (this.options.shortLanguages.includes('auto') ? 'auto' : this.options.shortLanguages[0]);
  }
}

const MODELS = ['general', 'general:rc', 'general:deprecated', 'deferred-general'];

/** With `auto` all but Ogg Opus comes as samples, so that what is short can be answered at once. */
const FORMATS: Readonly<Record<YandexOptions['transcriptionApi'], readonly RecordingFormat[]>> = {
  auto: ['ogg-opus', 'pcm'],
  v1: ['ogg-opus', 'pcm'],
  v3: ['ogg-opus', 'mp3', 'wav', 'pcm'],
};
