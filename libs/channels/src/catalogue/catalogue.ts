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
    const primary = primaryLanguage(language.replaceAll('_', '-')).toLowerCase();
    const words = own[language]?.[name] ?? own[primary]?.[name] ?? SHIPPED[primary]?.[name];
    // A function: what is put in may have a `$` in it.
    if (words !== undefined) return words.replaceAll('{}', () => String(value));
  }
  return SHIPPED[FALLBACK]![name];
}
