const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
/** After these a full stop ends no sentence, whatever the segmenter thinks. */
const ABBREVIATION =
  /(?:^|[\s("'])(?:(?:mr|mrs|ms|dr|prof|st|jr|sr|vs|etc|no|fig|gen|col|lt|capt|rev|approx|dept|est|e\.g|i\.e)|\p{L})\.\s*$/iu;

/**
 * Cuts text into sentences, and sentences that are too long at a comma or a space. Nothing but the white space
 * around the pieces is lost.
 * @param maximum characters of a piece
 */
export function sentencesOf(text: string, maximum: number): string[] {
  const sentences: string[] = [];
  let current = '';
  for (const { segment } of segmenter.segment(text)) {
    current += segment;
    if (ABBREVIATION.test(current)) continue;
    sentences.push(current);
    current = '';
  }
  sentences.push(current);
  return sentences.flatMap((sentence) => cut(sentence.trim(), maximum)).filter((sentence) => sentence !== '');
}

function cut(sentence: string, maximum: number): string[] {
  const pieces: string[] = [];
  let rest = sentence;
  while (rest.length > maximum) {
    const head = rest.slice(0, maximum);
    const comma = Math.max(...[', ', '; ', ': '].map((mark) => head.lastIndexOf(mark)));
    const space = head.lastIndexOf(' ');
    const end = comma > maximum / 3 ? comma + 1 : space > 0 ? space : wholeCharacters(head);
    pieces.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return [...pieces, rest];
}

/** Where its last character ends: half of a pair is none. At least one unit, or it would never end. */
function wholeCharacters(head: string): number {
  return Math.max(1, /[\uD800-\uDBFF]$/.test(head) ? head.length - 1 : head.length);
}
