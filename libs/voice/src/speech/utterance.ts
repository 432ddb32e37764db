import { encodeRate } from '@parlance/audio';
import {
  AUDIO_FORMATS,
  InvalidRequestError,
  isAudioFormat,
  normaliseLanguage,
  type AudioFormat,
  type LanguageTag,
} from '@parlance/contracts';
import type { Loans } from '../plan/loans.js';
import type { NonEmpty, SpeechCandidate } from '../plan/plan.types.js';
import { within } from '../plan/within.js';
import { prepareText } from '../text/prepare-text.js';
import type { SpeakRequest } from '../voice.types.js';

/** A checked request: every value in range, the text ready to be spoken. What nobody asked for is absent. */
export interface Utterance {
  text: string;
  voice?: string;
  model?: string;
  language?: LanguageTag;
  format: AudioFormat;
  /** One that the format has. */
  sampleRate?: number;
  /** What was asked for, where the format does not have it. */
  askedSampleRate?: number;
  speed?: number;
  pitch?: number;
  volumeGain?: number;
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
  /** Held while it is spoken; absent: nobody is borrowed. */
  loans?: Loans;
}

/** @throws InvalidRequestError, TooLargeError: naming the field and what it takes */
export function prepareUtterance(request: SpeakRequest, maximumCharacters: number): Utterance {
  const { voice, model, instructions, options, sampleRate, format = 'mp3', tenant = 'default', agent } = request;
  if (!isAudioFormat(format)) throw new InvalidRequestError(`'format' must be one of ${AUDIO_FORMATS.join(', ')}.`, 'format');
  return {
    text: prepareText(request.text, maximumCharacters, request.preparation),
    format,
    tenant,
    ...(request.speed === undefined ? {} : { speed: within('speed', request.speed, 0.25, 4) }),
    ...(request.pitch === undefined ? {} : { pitch: within('pitch', request.pitch, -20, 20) }),
    ...(request.volumeGain === undefined ? {} : { volumeGain: within('volumeGain', request.volumeGain, -20, 20) }),
    ...(sampleRate === undefined ? {} : rateFor(format, within('sampleRate', sampleRate, 8000, 48_000))),
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

/** Formats with few rates have the next higher one. */
function rateFor(format: AudioFormat, asked: number): Pick<Utterance, 'sampleRate' | 'askedSampleRate'> {
  const sampleRate = encodeRate(format, asked);
  return { sampleRate, ...(sampleRate !== asked && { askedSampleRate: asked }) };
}
