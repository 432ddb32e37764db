import { UNSPACED, type Transcript, type TranscriptSegment } from '@parlance/contracts';
import { sentenceStarts } from '../text/split-text.js';

/** Characters of a caption: two full lines on a screen. */
const LONGEST_CAPTION = 84;
/** How far from the word before it a word is looked for: one that is not written would be found anywhere, and all others be lost. */
const NEARBY = 40;
const OF_SPACED_WORD = new RegExp(`^(?!${UNSPACED})[\\p{L}\\p{M}\\p{N}]`, 'u');

/** A caption that begins at a place of the text. */
interface Cue {
  at: number;
  start: number;
  end: number;
}

/**
 * Captions of a transcript whose provider times words and nothing else: one a sentence, in several where it is long. Together
 * they have all of the text, also what no word stands for.
 * @returns `undefined` where no word has a place in the text
 */
export function captionsOfWords({ text, words = [], language }: Transcript): TranscriptSegment[] | undefined {
  const cues: Cue[] = [];
  const borders = sentenceStarts(text, language);
  let before = 0;
  let nextBorder = 0;
  for (const { word, start, end } of words) {
    const written = word.trim();
    const at = written === '' ? undefined : placeOf(written, text, before);
    if (at === undefined) continue;
    before = at + written.length;
    let border: number | undefined;
    for (; (borders[nextBorder] ?? Number.POSITIVE_INFINITY) <= at; nextBorder++) border = borders[nextBorder];
    const cue = cues.at(-1);
    const isLong = cue !== undefined && before - cue.at > LONGEST_CAPTION && !isWithinWord(text, at);
    if (cue === undefined || border !== undefined || isLong) cues.push({ at: border ?? at, start, end });
    else cue.end = Math.max(cue.end, end);
  }
  if (cues.length === 0) return undefined;
  return cues.map(({ at, start, end }, index) => ({
    start,
    end: Math.max(start, end),
    text: text.slice(index === 0 ? 0 : at, cues[index + 1]?.at).trim(),
  }));
}

/** Not within another word, as `no` is in `piano`: the caption would begin there. But some are told in pieces, one right after the other. */
function placeOf(written: string, text: string, from: number): number | undefined {
  const nearby = text.slice(0, from + NEARBY + written.length);
  for (let at = nearby.indexOf(written, from); at >= 0; at = nearby.indexOf(written, at + 1)) {
    if (at === from || !isWithinWord(text, at)) return at;
  }
  return undefined;
}

function isWithinWord(text: string, at: number): boolean {
  return OF_SPACED_WORD.test(text.charAt(at - 1)) && OF_SPACED_WORD.test(text.slice(at, at + 2));
}
