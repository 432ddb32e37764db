import { InvalidRequestError, TooLargeError, UNSPACED } from '@parlance/contracts';
import { hasWords } from './has-words.js';
import { wordsOfMarkdown } from './words-of-markdown.js';

/** What is taken out of a text, or put in its place, before it is spoken. */
export interface TextPreparation {
  /** Read markdown, and HTML in it, as its text: no asterisks, no table bars, no tags, fenced code left out. Default true. */
  markdown?: boolean;
  /** Leave out bare web addresses. Default true. */
  links?: boolean;
  /** Leave out emoji; digits drawn as keys become digits. Default true. */
  emoji?: boolean;
  /** Written form -> spoken form, e.g. `{ "SQL": "sequel" }`; whole words, the longest first, letter case counts. */
  pronunciations?: Readonly<Record<string, string>>;
}

// Built from a string: the `v` flag is known to Node 20 but not to the compiler's target.
/** Also those that are written without the sign that they are drawn in colour, and what joins one of them to the next. */
const drawn = String.raw`(?:\p{RGI_Emoji}|[\p{Emoji}&&\p{Extended_Pictographic}&&[[\u2600-\u27BF\u{1F000}-\u{1FAFF}]--[♀♂✖]]]|\p{Emoji_Modifier}|\p{Regional_Indicator})[\uFE0E\uFE0F]?`;
const emoji = new RegExp(String.raw`${drawn}(?:\u200D(?:${drawn}|[♀♂]\uFE0F?))*`, 'gv');
/** A digit drawn as a key, as agents number their steps: what counts is the digit. */
const keycap = /([0-9])\uFE0F?\u20E3/gu;
const ofAddress = String.raw`(?:(?!${UNSPACED})[^\s<>()])`;
/** As in those of Wikipedia: `https://en.wikipedia.org/wiki/Mercury_(planet)`. */
const inBrackets = String.raw`(?<=[/_=-])\(${ofAddress}*\)`;
/**
 * Up to the punctuation behind it, which is the sentence's, and up to scripts that are written without spaces: there the
 * sentence goes on at once, and an address that is cut costs less than words.
 */
const webAddress = new RegExp(
  String.raw`\bhttps?:\/\/(?:${ofAddress}|${inBrackets})*(?:(?!${UNSPACED})(?:[^\s<>()\p{P}]|[/\\#%&@_-])|${inBrackets})`,
  'giu',
);
/** Of other systems, and the page breaks of documents: taken out, the words around them would be one. */
const lineBreak = /\r\n?|[\v\f\u0085\u2028\u2029]/gu;
/** Vowel signs, accents and joiners go on with a word as letters do. */
const ofWords = String.raw`[\p{L}\p{M}\p{N}\u200C\u200D]`;
/** Beside a name in Latin letters, and between Chinese or Japanese words, the letters of a script without spaces are another word's. */
const ofSpacedWords = String.raw`(?!${UNSPACED})${ofWords}`;
/** Syllables of these are too short to be told from parts of words. */
const inRows = /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/**
 * Names of sources between signs of private use, as some models write them behind what they cite: `cite`, a third sign, and
 * which. Fonts have pictures for the same signs, between which there are words.
 */
const citation = /\uE200[a-z_]+\uE202[^\uE200\uE201\n]*\uE201/gu;
/** Also the hyphens that are seen at the ends of lines alone: a word with one in it is found in no list of pronunciations. */
const unspeakableControls = /(?![\n\t])\p{Cc}|\p{Cs}|\p{Co}|[\u00AD\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069]/gu;

/**
 * Plain speakable text: NFC, one space between words, one line break between paragraphs.
 * @param limit the most characters (code points) taken
 * @throws TooLargeError; InvalidRequestError when nothing speakable is left
 */
export function prepareText(text: string, limit: number, preparation: TextPreparation = {}): string {
  // A code point has one unit or two: most texts need no counting.
  if (text.length > limit && codePoints(text) > limit) {
    throw new TooLargeError(`The text is longer than the ${limit} characters that are taken. Shorten it or send it in parts.`, 'input');
  }
  const { markdown = true, links = true, emoji: withoutEmoji = true, pronunciations = {} } = preparation;
  let prepared = text;
  if (!isPlain(text)) {
    prepared = prepared.replaceAll(lineBreak, '\n').replaceAll(citation, '').replaceAll(unspeakableControls, '');
    // Such signs may also be written by their numbers.
    if (markdown) prepared = wordsOfMarkdown(prepared).replaceAll(unspeakableControls, '');
    if (links) prepared = prepared.replaceAll(webAddress, ' ');
    if (withoutEmoji) prepared = prepared.replaceAll(keycap, '$1 ').replaceAll(emoji, ' ');
  }
  prepared = pronounce(prepared.normalize('NFC'), pronunciations)
    .normalize('NFC')
    .split('\n')
    .map((line) => line.replaceAll(/\s+/gu, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
  if (!hasWords(prepared)) {
    throw new InvalidRequestError('There is nothing to speak in the text: it needs at least one letter or digit.', 'input');
  }
  return prepared;
}

/** Whether it is one line of words and the commonest punctuation: in that there is nothing to leave out. */
export function isPlain(text: string): boolean {
  return /^\p{L}[\p{L}\p{M}\p{N} ,.;:?!'"()’“”–—-]*$/u.test(text);
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** All in one go, the longest first: what was put in is not read again, and "C" leaves "C++" alone. */
function pronounce(text: string, pronunciations: Readonly<Record<string, string>>): string {
  const said = new Map(Object.entries(pronunciations).map(([written, spoken]) => [written.normalize('NFC'), spoken]));
  said.delete('');
  if (said.size === 0) return text;
  const written = [...said.keys()].toSorted((a, b) => b.length - a.length);
  const either = written.map((one) => {
    const beside = inRows.test(one) ? ofWords : ofSpacedWords;
    return `(?<!${beside})${one.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?!${beside})`;
  });
  return text.replaceAll(new RegExp(either.join('|'), 'gu'), (one) => said.get(one) ?? one);
}
