const LONGEST_PHRASE = 12;

/** Words in a second of speech that people stay below while they repeat themselves, and loops do not. */
const FASTEST_REPETITION = 3.5;

/**
 * Takes out what a recogniser says when it is caught in a loop: a phrase that comes again and again without anything
 * between, faster than it can have been said. Once it stays.
 * @param seconds of speech the text is of
 * @returns the text, the same one when there is no loop
 */
export function withoutLoops(text: string, seconds: number): string {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  if (words.length <= seconds * FASTEST_REPETITION) return text;
  const plain = words.map((word) => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''));
  const kept: string[] = [];
  let position = 0;
  while (position < words.length) {
    const loop = loopAt(plain, position);
    kept.push(...words.slice(position, position + loop.phrase));
    position += loop.phrase * loop.times;
  }
  return kept.length === words.length ? text : kept.join(' ');
}

function loopAt(words: readonly string[], position: number): { phrase: number; times: number } {
  for (let phrase = 1; phrase <= LONGEST_PHRASE && position + phrase < words.length; phrase++) {
    const times = repetitions(words, position, phrase);
    if (times >= (phrase === 1 ? 10 : phrase < 4 ? 6 : 4)) return { phrase, times };
  }
  return { phrase: 1, times: 1 };
}

function repetitions(words: readonly string[], position: number, phrase: number): number {
  let times = 1;
  const sameAgain = () =>
    position + (times + 1) * phrase <= words.length &&
    Array.from({ length: phrase }, (_, index) => index).every(
      (index) => words[position + index] === words[position + times * phrase + index],
    );
  while (sameAgain()) times++;
  return times;
}
