import type { LanguageTag, Transcript, TranscriptSegment, TranscriptWord } from '@parlance/contracts';
import { field, listField, numberField, textField } from '../http/json-fields.js';
import { languageOf } from '../http/transcript-body.js';
import type { ShortRequest } from './yandex.short-recognition.js';

/** A stretch of speech, and whether it has its final wording. */
interface Utterance {
  key: string;
  refined: boolean;
  alternative: unknown;
}

/** The events of a recognition as one transcript: what was refined stands for what it refines. */
export function toTranscript(events: readonly unknown[], { recording, language: asked }: ShortRequest): Transcript {
  const utterances = collect(events).toSorted((one, other) => startOf(one) - startOf(other));
  const segments = utterances.map(({ alternative }) => toSegment(alternative)).filter(({ text }) => text !== '');
  const words = utterances.flatMap(({ alternative }) => listField(alternative, 'words').map(toWord)).filter(({ word }) => word !== '');
  const received = Math.max(0, ...events.map((event) => seconds(field(event, 'audioCursors'), 'receivedDataMs')));
  const duration = received > 0 ? received : (recording.duration ?? segments.at(-1)?.end ?? 0);
  const language = likeliest(utterances) ?? asked;
  return {
    text: segments.map(({ text }) => text).join(' '),
    duration,
    ...(language === undefined ? {} : { language }),
    ...(segments.length === 0 ? {} : { segments }),
    ...(words.length === 0 ? {} : { words }),
    usage: { seconds: duration },
    warnings: [],
  };
}

function collect(events: readonly unknown[]): Utterance[] {
  const utterances: Utterance[] = [];
  for (const event of events) {
    const final = field(event, 'final');
    const refinement = field(event, 'finalRefinement');
    const channel = textField(event, 'channelTag') ?? textField(final, 'channelTag') ?? '';
    if (final !== undefined && final !== null) {
      const key = `${channel} ${numberOf(field(event, 'audioCursors'), 'finalIndex')}`;
      utterances.push({ key, refined: false, alternative: listField(final, 'alternatives')[0] });
    }
    if (refinement !== undefined && refinement !== null) {
      const key = `${channel} ${numberOf(refinement, 'finalIndex')}`;
      const alternative = listField(field(refinement, 'normalizedText'), 'alternatives')[0];
      const refined = utterances.find((utterance) => utterance.key === key && !utterance.refined);
      if (refined === undefined) utterances.push({ key, refined: true, alternative });
      else if (alternative !== undefined) Object.assign(refined, { refined: true, alternative });
    }
  }
  return utterances;
}

function toSegment(alternative: unknown): TranscriptSegment {
  return {
    start: seconds(alternative, 'startTimeMs'),
    end: seconds(alternative, 'endTimeMs'),
    text: (textField(alternative, 'text') ?? '').trim(),
  };
}

function toWord(word: unknown): TranscriptWord {
  return { start: seconds(word, 'startTimeMs'), end: seconds(word, 'endTimeMs'), word: textField(word, 'text') ?? '' };
}

function startOf({ alternative }: Utterance): number {
  return seconds(alternative, 'startTimeMs');
}

function seconds(value: unknown, name: string): number {
  return numberOf(value, name) / 1000;
}

/** 64-bit numbers come as text. What is left out is 0. */
function numberOf(value: unknown, name: string): number {
  const number = numberField(value, name) ?? Number(textField(value, name) ?? 0);
  return Number.isFinite(number) ? number : 0;
}

/** The language most of the speech is in. */
function likeliest(utterances: readonly Utterance[]): LanguageTag | undefined {
  const weights = new Map<string, number>();
  for (const { alternative } of utterances) {
    for (const estimate of listField(alternative, 'languages')) {
      const code = textField(estimate, 'languageCode');
      const weight = (numberField(estimate, 'probability') ?? 0) * (textField(alternative, 'text') ?? '').length;
      if (code !== undefined) weights.set(code, (weights.get(code) ?? 0) + weight);
    }
  }
  const [code] = [...weights].toSorted(([, one], [, other]) => other - one)[0] ?? [];
  return languageOf(code)?.replace('kk-KK', 'kk-KZ');
}
