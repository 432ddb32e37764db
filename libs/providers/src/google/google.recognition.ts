import { headOf, type LanguageTag, type Recording, type RecordingFormat, type TranscriptionRequest } from '@parlance/contracts';
import { field } from '../http/json-fields.js';
import { transcriptionTag } from './google.languages.js';
import type { GoogleOptions } from './google.options.js';

type Settings = Pick<GoogleOptions, 'defaultLanguage' | 'alternativeLanguages' | 'wordTimes'>;

/** v1 wants mp3's exact rate told and has it as a beta only: mp3 is decoded before. */
export const FORMATS_V1: readonly RecordingFormat[] = ['wav', 'flac', 'ogg-opus', 'webm', 'amr', 'pcm'];
/** v2 finds out by itself. */
export const FORMATS_V2: readonly RecordingFormat[] = ['wav', 'mp3', 'flac', 'ogg-opus', 'webm', 'mp4', 'amr', 'pcm'];

/** Base64 makes four bytes of three; the rest of the request needs some room. */
export const MAXIMUM_INLINE_BYTES = Math.floor(((10 * 1024 * 1024 - 64 * 1024) * 3) / 4);

export const PCM_SAMPLE_RATE = 16_000;

/** Opus can be decoded at any of these, whatever it was made from. */
const opusRates = [8000, 12_000, 16_000, 24_000, 48_000];
const longestPhrase = 100;
const mostPhrases = 500;

/** The `config` of v1. */
export function configV1(request: TranscriptionRequest, settings: Settings): Record<string, unknown> {
  const { model, language, prompt, options = {} } = request;
  const { alternativeLanguages = [], defaultLanguage, wordTimes } = settings;
  const phrases = phrasesOf(prompt);
  return {
    ...usualFeatures(wordTimes),
    ...options,
    ...wishedFeatures(request),
    ...encodingV1(request.recording),
    languageCode: transcriptionTag(language ?? defaultLanguage),
    ...(language === undefined && alternativeLanguages.length > 0
      ? { alternativeLanguageCodes: alternativeLanguages.slice(0, 3).map((tag) => transcriptionTag(tag)) }
      : {}),
    model,
    ...(phrases.length === 0 ? {} : { speechContexts: [{ phrases }] }),
  };
}

/** The `config` of v2. */
export function configV2(request: TranscriptionRequest, settings: Settings): Record<string, unknown> {
  const { model, language, prompt, recording, options = {} } = request;
  const phrases = phrasesOf(prompt);
  return {
    ...options,
    ...(recording.format === 'pcm'
      ? { explicitDecodingConfig: { encoding: 'LINEAR16', sampleRateHertz: recording.sampleRate ?? PCM_SAMPLE_RATE, audioChannelCount: 1 } }
      : { autoDecodingConfig: {} }),
    model,
    languageCodes: languagesV2(model, language, settings),
    features: {
      ...usualFeatures(settings.wordTimes),
      ...((field(options, 'features') ?? {}) as Record<string, unknown>),
      ...wishedFeatures(request),
    },
    ...(phrases.length === 0
      ? {}
      : { adaptation: { phraseSets: [{ inlinePhraseSet: { phrases: phrases.map((value) => ({ value })) } }] } }),
  };
}

/** Unless the request says otherwise. */
function usualFeatures(wordTimes: boolean): Record<string, boolean> {
  return { enableAutomaticPunctuation: true, ...(wordTimes ? { enableWordTimeOffsets: true } : {}) };
}

/** v1 and v2 call them the same. */
function wishedFeatures({ punctuation, profanityFilter, words }: TranscriptionRequest): Record<string, boolean> {
  return {
    ...(punctuation === undefined ? {} : { enableAutomaticPunctuation: punctuation }),
    ...(profanityFilter === undefined ? {} : { profanityFilter }),
    ...(words === false ? { enableWordTimeOffsets: false } : {}),
  };
}

/** The chirp models find out the language; the others are told some. */
function findsLanguage(model: string | undefined): boolean {
  return model?.startsWith('chirp') === true;
}

function languagesV2(model: string, language: LanguageTag | undefined, { defaultLanguage, alternativeLanguages = [] }: Settings): string[] {
  if (language !== undefined) return [transcriptionTag(language)];
  if (findsLanguage(model)) return ['auto'];
  return [defaultLanguage, ...alternativeLanguages.slice(0, 3)].map((tag) => transcriptionTag(tag));
}

/** WAV and FLAC say it in their own heads. */
function encodingV1({ bytes, format, sampleRate }: Recording): Record<string, unknown> {
  if (format === 'pcm') return { encoding: 'LINEAR16', sampleRateHertz: sampleRate ?? PCM_SAMPLE_RATE };
  if (format === 'ogg-opus' || format === 'webm') {
    const rate = sampleRate !== undefined && opusRates.includes(sampleRate) ? sampleRate : 48_000;
    return { encoding: format === 'webm' ? 'WEBM_OPUS' : 'OGG_OPUS', sampleRateHertz: rate };
  }
  if (format !== 'amr') return {};
  const wide = Buffer.from(headOf(bytes).subarray(0, 9)).toString('latin1') === '#!AMR-WB\n';
  return wide ? { encoding: 'AMR_WB', sampleRateHertz: 16_000 } : { encoding: 'AMR', sampleRateHertz: 8000 };
}

/** What stands between commas and full stops, as phrases of the length Google takes. */
function phrasesOf(prompt: string | undefined): string[] {
  return (prompt ?? '')
    .split(/[,;\n]|[.!?](?=\s|$)/u)
    .map((phrase) => Array.from(phrase.trim()).slice(0, longestPhrase).join('').trim())
    .filter((phrase) => phrase !== '')
    .slice(0, mostPhrases);
}
