import type { Transcript, TranscriptionRequest, TranscriptWord } from '@parlance/contracts';
import { field, listField, numberField, textField, timeField } from '../http/json-fields.js';
import { expectText, languageOf, timesOf } from '../http/transcript-body.js';
import { ignoredTranscription } from '../requests/ignored-transcription.js';

/** @throws ParlanceError `server` when there is no transcript in it: a webhook will have it, or there is one for each channel */
export function toTranscript(body: Record<string, unknown>, request: TranscriptionRequest, provider: string): Transcript {
  const { recording, language } = request;
  const text = expectText(body, provider);
  const items = listField(body, 'words');
  const words = items.flatMap(toWord);
  const duration = timeField(body, 'audio_duration_secs') ?? recording.duration ?? words.at(-1)?.end ?? 0;
  const found = languageOf(textField(body, 'language_code')) ?? language;
  const confidence = confidenceOf(items);
  return {
    text,
    duration,
    ...(found === undefined ? {} : { language: found }),
    ...(words.length === 0 ? {} : { words }),
    ...(confidence === undefined ? {} : { confidence }),
    usage: { seconds: duration },
    warnings: ignoredTranscription(provider, request, ['prompt', 'punctuation', 'profanityFilter']),
  };
}

/** Spaces and sounds are in the list too. */
function toWord(value: unknown): TranscriptWord[] {
  const word = textField(value, 'text');
  const times = timesOf(value);
  return field(value, 'type') !== 'word' || times === undefined || word === undefined ? [] : [{ ...times, word }];
}

/** The mean probability of the words. */
function confidenceOf(items: readonly unknown[]): number | undefined {
  const logarithms = items.filter((item) => field(item, 'type') === 'word').map((item) => numberField(item, 'logprob'));
  if (logarithms.length === 0 || logarithms.includes(undefined)) return undefined;
  const sum = logarithms.reduce<number>((total, logarithm) => total + Math.exp(Math.min(0, logarithm ?? 0)), 0);
  return sum / logarithms.length;
}
