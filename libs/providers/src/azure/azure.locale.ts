import type { LanguageTag } from '@parlance/contracts';

/** Azure's own names of languages. */
const RENAMED: Readonly<Record<string, string>> = { no: 'nb', tl: 'fil' };

/** Azure wants language and region (`de-DE`): the region is added where there is none, a script is left out. */
export function azureLocale(tag: LanguageTag): string {
  const { language, region } = new Intl.Locale(tag).maximize();
  const named = RENAMED[language] ?? language;
  return region === undefined ? named : `${named}-${region}`;
}

/** What the transcription hears; regional variants are asked for as they are. */
export const AZURE_LANGUAGES: readonly LanguageTag[] = (
  'en de fr es it pt zh ja ko hi ru uk pl nl sv da nb no fi cs sk sl hr sr bs mk bg ro hu el tr ar he fa ur bn gu kn ml mr ta te ' +
  'th vi id ms fil tl ca gl eu cy ga is mt et lv lt sq az hy ka kk uz mn km lo my ne si sw zu af am so jv ps'
).split(' ');
