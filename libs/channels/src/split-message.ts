const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });
const words = new Intl.Segmenter(undefined, { granularity: 'word' });
const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
/** Of scripts without spaces, by far. */
const LONGEST_WORD = 64;

/**
 * Cuts a text into messages that a platform takes: between lines where possible, else between sentences, else between
 * words, else between characters as a reader sees them. Nothing but white space around the pieces is lost.
 * @param maximum UTF-16 units of a piece, at least 1
 * @returns no piece for a text of white space
 */
export function splitMessage(text: string, maximum: number): string[] {
  const pieces: string[] = [];
  // Half a character, as texts have that were cut elsewhere, is refused with all that it stands in.
  let rest = text.replaceAll(/\p{Surrogate}/gu, '\uFFFD').trim();
  while (rest.length > maximum) {
    const end = cutAt(rest, maximum);
    pieces.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return rest === '' ? pieces : [...pieces, rest];
}

/** Where the first piece ends: above 0, at most `maximum`. A border in its first half would make too short a piece. */
function cutAt(text: string, maximum: number): number {
  const window = text.slice(0, maximum + 1);
  const half = maximum / 2;
  const line = window.lastIndexOf('\n');
  if (line > half) return line;
  const sentence = lastBorder(window, maximum);
  if (sentence > half) return sentence;
  const space = Math.max(window.lastIndexOf(' '), line);
  if (space > 0) return space;
  // Scripts such as Thai have words, but no space between them.
  const beyond = text.slice(0, maximum + LONGEST_WORD);
  return lastWhole(words, beyond, maximum) || lastWhole(characters, beyond, maximum) || cutWithin(text, maximum);
}

/** The last place within `maximum` where a sentence ends; white space behind it may lie beyond. */
function lastBorder(window: string, maximum: number): number {
  let border = 0;
  for (const { index } of sentences.segment(window)) if (index <= maximum && !isInWord(window, index)) border = index;
  return border;
}

/** The `?` of a link ends no sentence: in scripts with blanks, one stands behind each. */
function isInWord(text: string, border: number): boolean {
  return /^[!-~]{2}$/.test(text.slice(border - 1, border + 1));
}

/** Where the last piece that is wholly within `maximum` ends; 0: there is none. What is cut is looked at with what follows it. */
function lastWhole(segmenter: Intl.Segmenter, text: string, maximum: number): number {
  let end = 0;
  for (const { segment } of segmenter.segment(text)) {
    if (end + segment.length > maximum) break;
    end += segment.length;
  }
  return end;
}

/** One character that is longer than a message can only be cut. */
function cutWithin(text: string, maximum: number): number {
  return Math.max(1, maximum - (isHigh(text.charCodeAt(maximum - 1)) ? 1 : 0));
}

/** The first half of a character that takes two units. */
function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}
