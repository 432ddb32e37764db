import type { Transcription } from '../../api/types.js';

/** A word that can be gone to. */
export interface TimedWord {
  text: string;
  /** Seconds. */
  start: number;
  end: number;
}

export interface Transcript {
  words: readonly TimedWord[];
  /** Where only passages have times, those of their words are guessed by their length. */
  isGuessed: boolean;
}

export function transcriptOf({ words, segments }: Pick<Transcription, 'words' | 'segments'>): Transcript {
  if (words !== undefined && words.length > 0) {
    return { words: words.map(({ word, start, end }) => ({ text: word.trim(), start, end })), isGuessed: false };
  }
  return { words: segments.flatMap(wordsOf), isGuessed: true };
}

function wordsOf({ text, start, end }: Transcription['segments'][number]): TimedWord[] {
  const length = Math.max(1, text.length);
  const at = (index: number) => start + ((end - start) * index) / length;
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ text: word, start: at(index), end: at(index + word.length) }));
}

/** Which word is heard at a time, or -1 before the first. */
export function wordAt(words: readonly TimedWord[], seconds: number): number {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (words[middle]!.start <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
