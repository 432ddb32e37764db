/**
 * Letters and marks of scripts that are written without spaces: for regular expressions with the flag `u`. The blocks of
 * kana have marks that are of no script, such as the long vowel of `サーバー`.
 */
export const UNSPACED =
  '[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u3000-\\u30ff\\uff00-\\uffef]';
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, 'u');

/** What stands between two pieces of a transcript: a space, but nothing where both are written without, as Japanese is. */
export function separatorOf(before: string, after: string): '' | ' ' {
  if (before === '' || after === '') return '';
  // The last character has two units at the most. By hand: Node 26 finds none of two units before the end of a text by `$`.
  const last = Array.from(before.slice(-2)).at(-1) ?? '';
  return BEGINS_UNSPACED.test(last) && BEGINS_UNSPACED.test(after) ? '' : ' ';
}

/** Pieces of a transcript as one text. */
export function joinTexts(pieces: readonly string[]): string {
  const texts = pieces.filter((piece) => piece !== '');
  return texts.map((text, index) => separatorOf(texts[index - 1] ?? '', text) + text).join('');
}
