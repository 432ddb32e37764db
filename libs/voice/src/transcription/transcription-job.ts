import { InvalidRequestError, normaliseLanguage, type Recording } from '@parlance/contracts';
import type { Loans } from '../plan/loans.js';
import type { NonEmpty, TranscriptionCandidate } from '../plan/plan.types.js';
import type { TranscriptionWish } from '../plan/plan-transcription.js';
import type { TranscribeRequest } from '../voice.types.js';

/** A recording, what is wanted of it, and who may do it, best first. */
export interface TranscriptionJob {
  recording: Recording;
  /** No longer than this when it is decoded. */
  maximumSeconds: number;
  wish: TranscriptionWish;
  candidates: NonEmpty<TranscriptionCandidate>;
  /** Held while it is heard; absent: nobody is borrowed. */
  loans?: Loans;
  tenant: string;
  agent?: string;
  /** How long the transcript is kept. */
  cacheTtlSeconds?: number;
  /** As the caller calls the recording. */
  filename?: string;
}

/** @throws InvalidRequestError naming the field and what it takes */
export function prepareWish(request: TranscribeRequest): TranscriptionWish {
  const { model, language, prompt, temperature, punctuation, profanityFilter, words, options } = request;
  if (temperature !== undefined && !(temperature >= 0 && temperature <= 1)) {
    throw new InvalidRequestError(`'temperature' must be a number from 0 to 1.`, 'temperature');
  }
  return {
    ...(model === undefined ? {} : { model }),
    ...(language === undefined ? {} : { language: normaliseLanguage(language) }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(punctuation === undefined ? {} : { punctuation }),
    ...(profanityFilter === undefined ? {} : { profanityFilter }),
    ...(words === undefined ? {} : { words }),
    ...(options === undefined ? {} : { options }),
  };
}
