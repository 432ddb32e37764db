import { findTones, type FoundTone } from './find-tones.js';
import { END, FREQUENCIES, numberOf, START, SYMBOLS, tonesOf } from './sentence-tones.js';

/** What {@link readSentences} gives for a sentence that begins or ends in its middle. */
export const BROKEN_SENTENCE = -1;

const MOST = 999;
/** Seconds of silence before each sentence and behind it. */
const BORDER = 0.04;
const TONE = 0.06;
/** Less, and a voice codec at its lowest rate makes one tone of two. */
const GAP = 0.04;
/** At either end of a tone, so that it does not click. */
const FADE = 0.004;
/** Of full scale: 20 dB more do not clip. */
const AMPLITUDE = 0.05;
/** Seconds of silence that end a sentence, whether it is whole or not. */
const PAUSE = 0.09;

/** The text of one sentence. @param number 0-999, its identity */
export function sentenceText(number: number): string {
  return `Sentence number ${requireNumber(number)} is spoken here.`;
}

/**
 * The numbers of the sentences of a text, in order; what stands between them and is no such sentence, a part of one
 * above all, is one `BROKEN_SENTENCE`.
 */
export function sentencesOf(text: string): number[] {
  return text
    .split(/(Sentence number \d{1,3} is spoken here\.)/)
    .filter((part) => part.trim() !== '')
    .map((part) => Number(/^Sentence number (\d{1,3}) is spoken here\.$/.exec(part)?.[1] ?? BROKEN_SENTENCE));
}

/**
 * Sentences as mono samples that {@link readSentences} reads back: 540 ms each, silent at both ends. `BROKEN_SENTENCE`
 * is spoken as the beginning of one.
 * @param numbers each 0-999, or `BROKEN_SENTENCE`
 * @param sampleRate Hz, 8000-48000
 */
export function speakSentences(numbers: readonly number[], sampleRate: number): Float32Array {
  const length = Math.round(sampleRate * (2 * BORDER + SYMBOLS * TONE + (SYMBOLS - 1) * GAP));
  const samples = new Float32Array(length * numbers.length);
  for (const [index, number] of numbers.entries()) {
    const tones = number === BROKEN_SENTENCE ? tonesOf(0).slice(0, 2) : tonesOf(requireNumber(number));
    for (const [place, tone] of tones.entries()) {
      addTone(samples, index * length + Math.round(sampleRate * (BORDER + place * (TONE + GAP))), FREQUENCIES[tone] ?? 0, sampleRate);
    }
  }
  return samples;
}

/**
 * The sentences in a recording, in order. At any rate from 8000 to 48000 Hz, up to 20 dB louder or quieter than they
 * were spoken, with any silence between them, and after any codec for speech. What is only a part of a sentence, because
 * its beginning, its end or something in its middle is missing, is `BROKEN_SENTENCE`, one for each part that a pause of more
 * than 90 ms sets apart; what is no tone is not heard.
 * @param samples mono, -1..1
 * @param sampleRate Hz
 */
export function readSentences(samples: Float32Array, sampleRate: number): number[] {
  const found: number[] = [];
  let sentence: FoundTone[] = [];
  const finish = () => {
    if (sentence.length > 0) found.push(numberOf(sentence.map(({ tone }) => tone)) ?? BROKEN_SENTENCE);
    sentence = [];
  };
  for (const next of findTones(samples, sampleRate)) {
    const last = sentence.at(-1);
    if (next.tone === START || (last !== undefined && next.start - last.end > PAUSE)) finish();
    sentence.push(next);
    if (next.tone === END) finish();
  }
  finish();
  return found;
}

function addTone(samples: Float32Array, start: number, frequency: number, sampleRate: number): void {
  const length = Math.round(sampleRate * TONE);
  const fade = sampleRate * FADE;
  for (let index = 0; index < length; index++) {
    const nearest = Math.min(index + 0.5, length - index - 0.5);
    const envelope = nearest >= fade ? 1 : Math.sin((Math.PI / 2) * (nearest / fade)) ** 2;
    samples[start + index] = AMPLITUDE * envelope * Math.sin((2 * Math.PI * frequency * index) / sampleRate);
  }
}

function requireNumber(number: number): number {
  if (Number.isInteger(number) && number >= 0 && number <= MOST) return number;
  throw new RangeError(`Sentences have the numbers 0 to ${MOST}.`);
}
