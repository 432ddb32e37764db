import type { RecordingFormat, Transcript, TranscriptionRequest } from '@parlance/contracts';
import { expectedTerms } from '../requests/expected-terms.js';
import { listField, numberField, textField, timeField } from '../http/json-fields.js';
import { languageOf, noTranscript } from '../http/transcript-body.js';
import { UploadForm } from '../http/upload-form.js';
import type { AzureListening } from './azure.listening.js';
import { AZURE_LANGUAGES, azureLocale } from './azure.locale.js';
import type { AzureOptions } from './azure.options.js';

/** What it takes, and how it is told. */
const FORMATS: Readonly<Partial<Record<RecordingFormat, { file: string; type: string }>>> = {
  wav: { file: 'audio.wav', type: 'audio/wav' },
  mp3: { file: 'audio.mp3', type: 'audio/mpeg' },
  'ogg-opus': { file: 'audio.ogg', type: 'audio/ogg' },
  flac: { file: 'audio.flac', type: 'audio/flac' },
  aac: { file: 'audio.aac', type: 'audio/aac' },
  amr: { file: 'audio.amr', type: 'audio/amr' },
  webm: { file: 'audio.webm', type: 'audio/webm' },
};

/** Fast transcription: whole recordings, with words and languages. */
export function azureFast({ apiVersion, maximumBytes, candidateLanguages = [] }: AzureOptions): AzureListening {
  const withPhrases = apiVersion >= '2025-10-15';
  return {
    capabilities: {
      models: [{ id: 'fast', description: 'Fast transcription.' }],
      languages: AZURE_LANGUAGES,
      formats: Object.keys(FORMATS) as RecordingFormat[],
      pcmSampleRate: 16_000,
      maximumBytes,
      timings: 'word',
      prompt: withPhrases,
      profanityFilter: true,
    },
    ignores: withPhrases ? ['temperature', 'punctuation'] : ['prompt', 'temperature', 'punctuation'],
    request: ({ addresses, headers }, request) => ({
      method: 'POST',
      url: `${addresses.transcription}/speechtotext/transcriptions:transcribe?api-version=${encodeURIComponent(apiVersion)}`,
      headers: { ...headers, accept: 'application/json' },
      body: fastForm(request, candidateLanguages, withPhrases),
    }),
    transcript: fastTranscript,
  };
}

/** @param candidates languages to find the right one among; none: all of them */
function fastForm(request: TranscriptionRequest, candidates: readonly string[], withPhrases: boolean): UploadForm {
  const { recording, language, prompt, profanityFilter, options } = request;
  const locales = (language === undefined ? candidates : [language]).map((tag) => azureLocale(tag));
  const phrases = withPhrases ? expectedTerms(prompt) : [];
  const definition = {
    ...options,
    ...(profanityFilter === undefined ? {} : { profanityFilterMode: profanityFilter ? 'Masked' : 'None' }),
    ...(locales.length === 0 ? {} : { locales }),
    ...(phrases.length === 0 ? {} : { phraseList: { phrases } }),
  };
  const form = new UploadForm();
  form.set('definition', JSON.stringify(definition));
  const { file, type } = FORMATS[recording.format] ?? { file: 'audio', type: 'application/octet-stream' };
  form.setFile('audio', recording.bytes, file, type);
  return form;
}

/** `{durationMilliseconds, combinedPhrases, phrases}` @throws ParlanceError `server` for anything else */
function fastTranscript(
  body: Record<string, unknown>,
  { recording, language }: TranscriptionRequest,
  provider: string,
): Omit<Transcript, 'warnings'> {
  // Of silence the lists are empty.
  if (!Array.isArray(body['combinedPhrases']) && !Array.isArray(body['phrases'])) throw noTranscript(provider);
  const phrases = listField(body, 'phrases').toSorted((one, other) => timesOf(one).start - timesOf(other).start);
  const segments = phrases.map((phrase) => ({ ...timesOf(phrase), text: (textField(phrase, 'text') ?? '').trim() }));
  const words = phrases.flatMap((phrase) =>
    listField(phrase, 'words').map((word) => ({ ...timesOf(word), word: textField(word, 'text') ?? '' })),
  );
  const combined = listField(body, 'combinedPhrases').map((phrase) => (textField(phrase, 'text') ?? '').trim());
  const milliseconds = timeField(body, 'durationMilliseconds');
  const duration = milliseconds === undefined ? (recording.duration ?? segments.at(-1)?.end ?? 0) : milliseconds / 1000;
  const confidences = phrases
    .map((phrase) => numberField(phrase, 'confidence'))
    .filter((value): value is number => value !== undefined && value > 0);
  const found = languageOf(textField(phrases[0], 'locale')) ?? language;
  return {
    text: combined.filter((text) => text !== '').join('\n'),
    duration,
    ...(found === undefined ? {} : { language: found }),
    ...(segments.length === 0 ? {} : { segments }),
    ...(words.length === 0 ? {} : { words }),
    ...(confidences.length === 0 ? {} : { confidence: confidences.reduce((sum, value) => sum + value, 0) / confidences.length }),
    usage: { seconds: duration },
  };
}

function timesOf(value: unknown): { start: number; end: number } {
  const [offset, duration] = [timeField(value, 'offsetMilliseconds') ?? 0, timeField(value, 'durationMilliseconds') ?? 0];
  return { start: offset / 1000, end: (offset + duration) / 1000 };
}
