/** Letters and digits of one word, of some 55 that it has room for at the least. */
const LONGEST_WORD = 40;
/** Phonemes between two pauses, of the 1000 that it has room for. */
const LONGEST_CLAUSE = 800;
/** Phonemes of one character, at the most: numbers become words, and some signs whole syllables. */
const PHONEMES_OF_A_DIGIT = 12;
const PHONEMES_OF_A_SYLLABLE = 6;

const TOO_LONG_WORD = new RegExp(String.raw`([\p{L}\p{M}\p{N}]{${LONGEST_WORD}})(?=[\p{L}\p{N}])`, 'gu');
const SYLLABLE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;
/** White space, a Chinese character, or a word with what stands at it. */
const PARTS = /\s+|\p{Script=Han}|[^\s\p{Script=Han}]+/gu;
/** Where eSpeak NG pauses by itself. */
const PAUSE = /[.,;:!?…。，、！？；：।،؟]["'”’»)\]]*$/u;

/**
 * Text as eSpeak NG reads it to its end: what is too long for a word or between two pauses, such as a column of numbers,
 * it leaves out in silence. Such words are cut, and such stretches get commas.
 */
export function textForEspeak(text: string): string {
  // Two opening brackets would begin its phoneme notation.
  const words = text.replaceAll(/\[(?=\[)/gu, '[ ').replaceAll(TOO_LONG_WORD, '$1 ');
  let read = '';
  let phonemes = 0;
  for (const part of words.match(PARTS) ?? []) {
    const more = phonemesOf(part);
    if (phonemes + more > LONGEST_CLAUSE) {
      read = `${read.trimEnd()}, `;
      phonemes = 0;
    }
    read += part;
    phonemes = PAUSE.test(part) ? 0 : phonemes + more;
  }
  return read;
}

function phonemesOf(part: string): number {
  let count = 0;
  for (const character of part) {
    count += /\p{Nd}/u.test(character) ? PHONEMES_OF_A_DIGIT : SYLLABLE.test(character) ? PHONEMES_OF_A_SYLLABLE : 1;
  }
  return count;
}
