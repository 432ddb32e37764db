import { UNSPACED } from '@parlance/contracts';

const letterOrDigit = String.raw`(?:(?!${UNSPACED})[\p{L}\p{M}\p{N}])`;
const { source: code } = /(`+[^`\n]*`+)/u;
/** Of one paragraph. */
const inside = String.raw`(?:[^*\n]|\n(?!\n))`;

/** Between digits an asterisk is one of arithmetic: `5*3=15 and 2*4=8` has no emphasis. */
const OF_ARITHMETIC = /(?<=\p{N})\*+(?=\p{N})/gu;

/**
 * Between letters an asterisk is one of arithmetic, or of those whom a German word means as well: `5*x + 3*y`, `Kolleg*innen und
 * Nutzer*innen`. It is one of emphasis when what began before a word ends there (`*word*s`), and when a whole word, or what goes
 * on to the end of one, is between two (`un*believ*able`).
 */
const CODE_OR_ASTERISK = new RegExp(
  [
    code,
    String.raw`(?<!${letterOrDigit}|[\\*])\*(?![\s*])(${inside}*[^*\s\\])\*(?!\*)`,
    String.raw`(?<=\p{L})\*(?:\p{L}{2,}(?=\*(?!\p{N}))|${inside}*[^*\s\\](?=\*(?!${letterOrDigit}|\*)))\*`,
    String.raw`(?<=${letterOrDigit})(\*)(?=${letterOrDigit})`,
  ].join('|'),
  'gu',
);
const BEGINS_WITH_LETTER = new RegExp(`^${letterOrDigit}|^${UNSPACED}`, 'u');
const ENDS_WITH_LETTER = new RegExp(`${UNSPACED}$`, 'u');

/** Names of Python's and JavaScript's that have two underscores on each side, and are no words that anybody would make bold. */
const SPECIAL_NAMES = new RegExp(
  String.raw`(?<![\p{L}\p{N}_*])__(init|main|name|dict|str|repr|len|iter|eq|hash|bool|slots|proto|pycache|enter|exit|(?:get|set|del)(?:item|attr)|(?:post_)?init(?:_subclass)?|dirname|filename|typename)__(?![\p{L}\p{N}_*])`,
  'gu',
);

/** As entities, signs that are none of markdown's are read as themselves in the end. */
export function withoutFalseEmphasis(text: string): string {
  return text
    .replaceAll(OF_ARITHMETIC, (signs) => '&#42;'.repeat(signs.length))
    .replaceAll(SPECIAL_NAMES, '&#95;&#95;$1&#95;&#95;')
    .replaceAll(CODE_OR_ASTERISK, (found: string, ...groups: unknown[]) => {
      const [, words, sign, at, whole] = groups as [string?, string?, string?, number?, string?];
      if (sign !== undefined) return '&#42;';
      return words !== undefined && isMissed(words, whole ?? '', at ?? 0, found.length) ? words : found;
    });
}

/** Beside punctuation and a letter (`*“重点”*然后`, `*“so”*and`) markdown takes an asterisk for none of emphasis, which its author meant. */
function isMissed(words: string, text: string, at: number, length: number): boolean {
  const endsAtLetter = /[\p{P}\p{S}]$/u.test(words) && BEGINS_WITH_LETTER.test(text.slice(at + length, at + length + 2));
  return endsAtLetter || (/^[\p{P}\p{S}]/u.test(words) && ENDS_WITH_LETTER.test(text.slice(Math.max(0, at - 2), at)));
}

/** So does it with two, and at the beginning of a line, where a blank stands before the last ones: `**Note: **text`. */
const CODE_OR_BOLD = new RegExp(
  [
    code,
    String.raw`(?<![\\*])\*\*(?![\s*])([^*\n]*[^*\s\\])\*\*(?!\*)`,
    String.raw`(?<=^[\s>+\d.*-]{0,12})(?<!\*)\*\*(?![\s*])([^*\n]*[^*\s\\][ ])[ ]*\*\*(?!\*)`,
  ].join('|'),
  'gmu',
);

export function withoutBold(text: string): string {
  return text.replaceAll(CODE_OR_BOLD, (_, inCode = '', words = '', before = '') => `${inCode}${words}${before}`);
}
