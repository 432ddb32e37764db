/** Whether what was spoken has the words of the text. Case, punctuation and where words are divided do not count. */
export function sameWords(text: string, transcript: string): boolean {
  return lettersOf(text) === lettersOf(transcript);
}

/** Whether the beginning of a transcript may still become the text. Its last word may be incomplete and is not looked at. */
export function mayBecome(text: string, begun: string): boolean {
  // From the beginning of a word only: to look from each of its letters takes the square of a long one.
  return lettersOf(text).startsWith(lettersOf(begun.replace(/(?<!\S)\S*$/u, '')));
}

function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '');
}
