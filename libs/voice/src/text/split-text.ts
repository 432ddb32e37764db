import { primaryLanguage, type LanguageTag, type TextLimit } from '@parlance/contracts';
import { hasWords } from './has-words.js';
import { segmentsOf } from './segments.js';

/**
 * Later pieces may be longer than the first: whoever listens is busy by then, and fewer pieces sound smoother. They
 * grow, since a piece is heard only when all of it has been made: the listener must not wait for it.
 */
const secondPieceCharacters = 100;
const laterPieceCharacters = 400;

/**
 * Cuts prepared text at sentence borders into pieces that a provider takes. The first piece is one sentence, so
 * that it is heard soon. Joined with spaces, the pieces are the text: no word is lost or doubled. Lines stay lines
 * within a piece, so that the items of a list are heard one by one.
 */
export function splitText(text: string, language: LanguageTag, limit: TextLimit): string[] {
  const pieces: string[] = [];
  const parts = sentences(text, language).flatMap(({ sentence, before }) =>
    fit(sentence, limit).map((part, index) => ({ sentence: part, before: index === 0 ? before : ' ' })),
  );
  for (const { sentence, before } of parts) {
    // In a row of signs that is longer than the limit there is nothing to speak, and nobody who speaks nothing to blame.
    if (!hasWords(sentence)) continue;
    const last = pieces.at(-1);
    const joined = last === undefined ? sentence : `${last}${before}${sentence}`;
    const longest = Math.min(laterPieceCharacters, secondPieceCharacters * 2 ** (pieces.length - 2));
    if (last === undefined || pieces.length === 1 || joined.length > longest || measure(joined, limit.unit) > limit.value) {
      pieces.push(sentence);
    } else {
      pieces[pieces.length - 1] = joined;
    }
  }
  return pieces;
}

export function measure(text: string, unit: TextLimit['unit']): number {
  return unit === 'utf8-bytes' ? Buffer.byteLength(text) : text.length;
}

/** Of languages without spaces, by far. */
const LONGEST_WORD = 50;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const segmenters = new Map<string, Intl.Segmenter>();

/** Making one takes longer than a sentence does. */
function segmenterOf(language: string): Intl.Segmenter {
  const segmenter = segmenters.get(language) ?? new Intl.Segmenter(language, { granularity: 'sentence' });
  // Languages are checked tags, but a caller may invent many.
  if (segmenters.size < 500) segmenters.set(language, segmenter);
  return segmenter;
}

/** Whether nothing but its end can end a sentence in it: then nobody need look, which is 1.5 % of a new text's way. */
export function isOneSentence(text: string): boolean {
  return /^[\p{Script=Latin}\p{M}\p{N} ,'’"()–—-]*[.!?]?$/u.test(text);
}

/** A sentence, and what parts it from the one before. */
interface Sentence {
  sentence: string;
  before: ' ' | '\n';
}

/** Whether a line may have been broken only because it was full: then nothing ends with it. */
const FULL_LINE = /^.{40,}[^.!?:;…。！？：；]$/u;

function sentences(text: string, language: LanguageTag): Sentence[] {
  if (isOneSentence(text)) return [{ sentence: text, before: ' ' }];
  const segmenter = segmenterOf(primaryLanguage(language));
  const found: Sentence[] = [];
  let lineBefore = '';
  for (const line of text.split('\n')) {
    let before: Sentence['before'] = FULL_LINE.test(lineBefore) ? ' ' : '\n';
    lineBefore = line;
    for (const segment of segmentsOf(line, segmenter)) {
      const sentence = segment.trim();
      // "Dr." and "3." end no sentence, and a lone quotation mark or three dots are none.
      const previous = found.at(-1);
      if (sentence === '') continue;
      const isEnd = previous === undefined || (hasWords(sentence) && hasWords(previous.sentence) && !endsInAbbreviation(previous.sentence));
      if (isEnd) found.push({ sentence, before });
      else previous.sentence = `${previous.sentence} ${sentence}`;
      before = ' ';
    }
  }
  return found;
}

/** Where sentences begin in a text, but for the first of them. */
export function sentenceStarts(text: string, language: LanguageTag = 'en'): number[] {
  const starts: number[] = [];
  let at = 0;
  let sentence = '';
  for (const segment of segmentsOf(text, segmenterOf(primaryLanguage(language)))) {
    if (hasWords(sentence) && hasWords(segment) && !endsInAbbreviation(sentence.trim())) {
      starts.push(at);
      sentence = '';
    }
    sentence += segment;
    at += segment.length;
  }
  return starts;
}

const NAMES_FOLLOW = [
  'mr|mrs|ms|dr|prof|st|mt|gen|sen|rep|gov|capt|lt|col|sgt|rev|hon|fig|vs',
  'ул|просп|пер|пл|им|проф|акад|доц|тов|св|см|рис|табл|напр',
  'hr|fr|nr|bzw|ca|sr|sra|srta|dra|dña|núm|pág|mme|mlle|sig|dott|avv|św|np',
].join('|');
/** Short words with a full stop behind which a sentence goes on: initials, "т.е.", and what stands before names. */
const ABBREVIATION = new RegExp(String.raw`(?:^|[\s("'«„“])(?:(?:\p{L}\.)*\p{L}|${NAMES_FOLLOW})\.$`, 'iu');
const LONGEST_ABBREVIATION = 16;

/** Whether a sentence may well go on behind it. Numbers and "no" end long ones; what goes on for ever is a list of letters. */
function endsInAbbreviation(sentence: string): boolean {
  if (sentence.length < 60 && /(?:^|\s)(?:No|\d+)\.$/u.test(sentence)) return true;
  return sentence.length < 300 && ABBREVIATION.test(sentence.slice(-LONGEST_ABBREVIATION));
}

/** A sentence in parts that fit: cut after punctuation, else at a space, else between words (Thai and Japanese have no spaces), else between characters. */
function fit(sentence: string, limit: TextLimit): string[] {
  if (measure(sentence, limit.unit) <= limit.value) return [sentence];
  const longest = longestPrefix(sentence, limit);
  const window = sentence.slice(0, longest);
  const cut =
    lastMatchEnd(window, /[,;:)\]—–][ ]|[،、，；]/gu) ?? lastMatchEnd(window, /\s/gu) ?? lastWordEnd(sentence, longest) ?? longest;
  return [sentence.slice(0, cut).trim(), ...fit(sentence.slice(cut).trim(), limit)].filter((part) => part !== '');
}

/** How many UTF-16 units from the start fit, never cutting a character as a reader sees it, unless it is longer than the limit. */
function longestPrefix(sentence: string, limit: TextLimit): number {
  const text = sentence.slice(0, limit.value + 64);
  // One at the least, or it would never end.
  return prefixOf(graphemesOf(text), limit) || prefixOf(text, limit) || (Array.from(text.slice(0, 2))[0]?.length ?? 1);
}

function* graphemesOf(text: string): Generator<string> {
  for (const { segment } of graphemes.segment(text)) yield segment;
}

function prefixOf(parts: Iterable<string>, limit: TextLimit): number {
  let end = 0;
  let used = 0;
  for (const part of parts) {
    used += measure(part, limit.unit);
    if (used > limit.value) break;
    end += part.length;
  }
  return end;
}

/** Where the last whole word ends at or before a place: what is cut is looked at with what follows it. */
function lastWordEnd(sentence: string, longest: number): number | undefined {
  const start = Math.max(0, longest - LONGEST_WORD);
  let end = 0;
  for (const { index } of words.segment(sentence.slice(start, longest + LONGEST_WORD))) if (start + index <= longest) end = start + index;
  return end > start ? end : undefined;
}

function lastMatchEnd(text: string, pattern: RegExp): number | undefined {
  const last = [...text.matchAll(pattern)].at(-1);
  return last === undefined || last.index === 0 ? undefined : last.index + last[0].length;
}
