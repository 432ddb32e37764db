import { primaryLanguage } from '@parlance/contracts';
import { SHIPPED, type PhraseName } from './phrases.js';

/** An agent's own words, by language and name; what is left out is as shipped. */
export type OwnPhrases = Readonly<Record<string, Readonly<Partial<Record<string, string>>>>>;

const FALLBACK = 'en';

/**
 * What a person is told.
 * @param languages best first, BCP 47; the first that there are words in is taken, English at last
 */
export function phrase(
  name: PhraseName,
  languages: readonly (string | undefined)[],
  own: OwnPhrases = {},
  value: string | number = '',
): string {
  for (const language of [...languages, FALLBACK]) {
    if (language === undefined) continue;
    const tag = tagOf(language);
    const primary = primaryLanguage(tag);
    const words = ownWords(own, tag, name) ?? ownWords(own, primary, name) ?? SHIPPED[primary]?.[name];
    // A function: what is put in may have a `$` in it.
    if (words !== undefined) return words.replaceAll('{}', () => String(value));
  }
  return SHIPPED[FALLBACK]![name];
}

/** Telegram writes `pt-br` where people write `pt-BR`: letters of either case mean the same. */
function tagOf(language: string): string {
  return language.replaceAll('_', '-').toLowerCase();
}

function ownWords(own: OwnPhrases, tag: string, name: PhraseName): string | undefined {
  return Object.entries(own).find(([language, phrases]) => tagOf(language) === tag && phrases[name] !== undefined)?.[1][name];
}
