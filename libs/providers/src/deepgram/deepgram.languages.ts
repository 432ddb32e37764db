import { primaryLanguage, type LanguageTag } from '@parlance/contracts';

/** What Nova 3 hears, one language at a time. */
export const DEEPGRAM_LANGUAGES: readonly LanguageTag[] = (
  'en es fr de it pt nl ru uk pl cs sk sl hr sr bs mk bg ro hu el tr fi sv da no et lv lt be ca ' +
  'hi bn mr ta te kn gu ur ja ko zh vi th id ms tl ar fa he'
).split(' ');

const REGIONAL: ReadonlySet<string> = new Set(
  'en-US en-AU en-GB en-IN en-NZ es-419 fr-CA de-CH pt-BR pt-PT nl-BE sv-SE da-DK ko-KR th-TH zh-CN zh-Hans zh-TW zh-Hant zh-HK'.split(' '),
);

/** Deepgram refuses a region that it has no model of; the language alone is always taken. */
export function deepgramLanguage(tag: LanguageTag): string {
  return REGIONAL.has(tag) ? tag : primaryLanguage(tag);
}
