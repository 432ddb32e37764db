import type { TranscriptSegment } from '@parlance/contracts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });
/** What is remembered of what was told: no piece shares more of it. */
const REMEMBERED_WORDS = 200;
/** What may stand between the last word that was told and the next. */
const BETWEEN = /^[\s.,;:!?…。、，！？)»”]+/u;

interface Word {
  /** As it is compared. */
  word: string;
  /** Where it ends in its text. */
  end: number;
}

/**
 * Lets each stretch of time through once: a second provider begins again where the first had already been heard. Of a
 * piece that reaches further than what was told, the words behind those that were told are passed on.
 */
export function inTime(pass: (segment: TranscriptSegment) => void): (segment: TranscriptSegment) => void {
  let until = 0;
  let told: string[] = [];
  return (segment) => {
    if (segment.start < until && segment.end <= until) return;
    const rest = segment.start < until ? restOf(segment, until, told) : segment;
    until = segment.end;
    if (rest === undefined) return;
    told = [...told, ...wordsOf(rest.text).map(({ word }) => word)].slice(-REMEMBERED_WORDS);
    pass(rest);
  };
}

/** What is new in a piece that was told in part; nothing where that is less than half of one that was heard otherwise. */
function restOf({ start, end, text }: TranscriptSegment, until: number, told: readonly string[]): TranscriptSegment | undefined {
  const words = wordsOf(text);
  const shared = sharedWords(told, words);
  if (shared === 0) return end - until > until - start ? { start: until, end, text } : undefined;
  const rest = text.slice(words[shared - 1]?.end).replace(BETWEEN, '');
  return rest === '' ? undefined : { start: until, end, text: rest };
}

/** How many words the piece begins with that what was told ends with. */
function sharedWords(told: readonly string[], words: readonly Word[]): number {
  for (let count = Math.min(told.length, words.length); count > 0; count--) {
    if (told.slice(-count).every((word, index) => word === words[index]?.word)) return count;
  }
  return 0;
}

function wordsOf(text: string): Word[] {
  return [...segmenter.segment(text)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment, index }) => ({ word: segment.toLowerCase(), end: index + segment.length }));
}
