import { primaryLanguage, type LanguageTag } from '@parlance/contracts';

/** What Nova 3 hears, one language at a time. */
export const DEEPGRAM_LANGUAGES: readonly LanguageTag[] = (
  'en es fr de it pt nl ru uk pl cs sk sl hr sr bs mk bg ro hu el tr fi sv da no nb et lv lt be ca ' +
  'hi bn mr ta te kn gu ur ja ko zh vi th id ms fil ar fa he'
).split(' ');

const REGIONAL: ReadonlySet<string> = new Set(
  'en-US en-AU en-GB en-IN en-NZ es-419 fr-CA de-CH pt-BR pt-PT nl-BE sv-SE da-DK ko-KR th-TH zh-CN zh-Hans zh-TW zh-Hant zh-HK'.split(' '),
);

/** Where Deepgram's code is not that of BCP 47. */
const WIRE: Readonly<Record<string, string>> = { fil: 'tl', nb: 'no' };

/** Deepgram refuses what it has no model of: the longest beginning that it knows, of `zh-Hant-TW` that is `zh-Hant`. The language alone is always taken. */
export function deepgramLanguage(tag: LanguageTag): string {
  const parts = tag.split('-');
  for (let length = parts.length; length > 1; length--) {
    const beginning = parts.slice(0, length).join('-');
    if (REGIONAL.has(beginning)) return beginning;
  }
  const primary = primaryLanguage(tag);
  return WIRE[primary] ?? primary;
}
