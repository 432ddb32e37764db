const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/[‘’‚‛′]/gu, "'"],
  [/[“”„‟″«»]/gu, '"'],
  [/\s*[–—―]\s*/gu, ', '],
  [/…/gu, '... '],
  [/€/gu, ' euros '],
  [/£/gu, ' pounds '],
  [/°/gu, ' degrees '],
  [/ß/gu, 'ss'],
  [/æ/giu, 'ae'],
  [/ø/giu, 'o'],
  [/\p{C}+/gu, ' '],
  [/\s+/gu, ' '],
];

/** Text as flite reads it: ASCII, on one line. Accents are taken off; other scripts stay and are not spoken. */
export function foldForFlite(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}+/gu, '');
  return REPLACEMENTS.reduce((folded, [pattern, replacement]) => folded.replaceAll(pattern, replacement), plain).trim();
}

/** Whether there is anything in folded text that flite says aloud. */
export function isSpeakableByFlite(folded: string): boolean {
  return /[a-z0-9]/iu.test(folded);
}

/** Whether folded text has letters that flite leaves out. */
export function hasForeignLetters(folded: string): boolean {
  return /[^\P{L}A-Za-z]/u.test(folded);
}
