import type { Transcript, TranscriptSegment } from '@parlance/contracts';
import { sentenceStarts } from '../text/split-text.js';

/** Characters of a caption: two full lines on a screen. */
const LONGEST_CAPTION = 84;
/** How far from the word before it a word is looked for: one that is not written would be found anywhere, and all others be lost. */
const NEARBY = 40;

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
    const found = text.slice(before, before + NEARBY + written.length).indexOf(written);
    if (written === '' || found < 0) continue;
    const at = before + found;
    before = at + written.length;
    let border: number | undefined;
    for (; (borders[nextBorder] ?? Number.POSITIVE_INFINITY) <= at; nextBorder++) border = borders[nextBorder];
    const cue = cues.at(-1);
    if (cue === undefined || border !== undefined || before - cue.at > LONGEST_CAPTION) cues.push({ at: border ?? at, start, end });
    else cue.end = Math.max(cue.end, end);
  }
  if (cues.length === 0) return undefined;
  return cues.map(({ at, start, end }, index) => ({
    start,
    end: Math.max(start, end),
    text: text.slice(index === 0 ? 0 : at, cues[index + 1]?.at).trim(),
  }));
}
