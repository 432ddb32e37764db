import {
  AUDIO_FORMATS,
  InvalidRequestError,
  isAudioFormat,
  normaliseLanguage,
  type AudioFormat,
  type LanguageTag,
} from '@parlance/contracts';
import type { NonEmpty, SpeechCandidate } from '../plan/plan.types.js';
import { prepareText } from '../text/prepare-text.js';
import type { SpeakRequest } from '../voice.types.js';

/** A checked request: every value in range, the text ready to be spoken, the defaults filled in. */
export interface Utterance {
  text: string;
  voice?: string;
  model?: string;
  language?: LanguageTag;
  format: AudioFormat;
  sampleRate?: number;
  speed: number;
  pitch: number;
  volumeGain: number;
  instructions?: string;
  options?: Readonly<Record<string, unknown>>;
  tenant: string;
  agent?: string;
  /** How long it is kept. */
  cacheTtlSeconds?: number;
}

/** An utterance and who may speak it, best first. */
export interface SpeechJob {
  utterance: Utterance;
  candidates: NonEmpty<SpeechCandidate>;
}

/** @throws InvalidRequestError, TooLargeError: naming the field and what it takes */
export function prepareUtterance(request: SpeakRequest, maximumCharacters: number): Utterance {
  const { voice, model, instructions, options, sampleRate, format = 'mp3', tenant = 'default', agent } = request;
  if (!isAudioFormat(format)) throw new InvalidRequestError(`'format' must be one of ${AUDIO_FORMATS.join(', ')}.`, 'format');
  return {
    text: prepareText(request.text, maximumCharacters, request.preparation),
    format,
    speed: within('speed', request.speed ?? 1, 0.25, 4),
    pitch: within('pitch', request.pitch ?? 0, -20, 20),
    volumeGain: within('volumeGain', request.volumeGain ?? 0, -20, 20),
    tenant,
    ...(sampleRate === undefined ? {} : { sampleRate: within('sampleRate', sampleRate, 8000, 48_000) }),
    ...(request.language === undefined ? {} : { language: normaliseLanguage(request.language) }),
    ...(agent === undefined ? {} : { agent }),
    ...(request.cacheTtlSeconds === undefined ? {} : { cacheTtlSeconds: timeToLive(request.cacheTtlSeconds) }),
    ...(voice === undefined ? {} : { voice }),
    ...(model === undefined ? {} : { model }),
    ...(instructions === undefined ? {} : { instructions }),
    ...(options === undefined ? {} : { options }),
  };
}

/** @throws InvalidRequestError unless it is from a second to a year */
export function timeToLive(seconds: number): number {
  return within('cacheTtlSeconds', seconds, 1, 31_536_000);
}

function within(param: string, value: number, min: number, max: number): number {
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  throw new InvalidRequestError(`'${param}' must be a number from ${min} to ${max}.`, param);
}
