import { normaliseLanguage, primaryLanguage, type LanguageTag } from '@parlance/contracts';

/** Where Google's tag is not the usual one for language and region. */
const speechTags: Readonly<Record<string, string>> = {
  ar: 'ar-XA',
  no: 'nb-NO',
  zh: 'cmn-CN',
  'zh-CN': 'cmn-CN',
  'zh-Hans-CN': 'cmn-CN',
  'zh-Hans': 'cmn-CN',
  'zh-TW': 'cmn-TW',
  'zh-Hant-TW': 'cmn-TW',
  'zh-Hant': 'cmn-TW',
  'zh-HK': 'yue-HK',
};
const transcriptionTags: Readonly<Record<string, string>> = {
  nb: 'no-NO',
  'nb-NO': 'no-NO',
  pa: 'pa-Guru-IN',
  zh: 'cmn-Hans-CN',
  'zh-CN': 'cmn-Hans-CN',
  'zh-Hans': 'cmn-Hans-CN',
  'zh-Hans-CN': 'cmn-Hans-CN',
  'zh-TW': 'cmn-Hant-TW',
  'zh-Hant': 'cmn-Hant-TW',
  'zh-Hant-TW': 'cmn-Hant-TW',
  yue: 'yue-Hant-HK',
};

/** `en` -> `en-US`, and what the voice says where its name begins with a language of that kind. */
export function speechTag(language: LanguageTag, voice?: string): string {
  const ofVoice = localeOfVoice(voice);
  if (ofVoice !== undefined && primaryLanguage(canonical(ofVoice)) === primaryLanguage(language) && !language.includes('-')) return ofVoice;
  return speechTags[language] ?? withRegion(language);
}

export function transcriptionTag(language: LanguageTag): string {
  return transcriptionTags[language] ?? withRegion(language);
}

/** `de-DE` of `de-DE-Neural2-B`. */
export function localeOfVoice(voice: string | undefined): string | undefined {
  return /^([a-z]{2,3}-[A-Z]{2})-./.exec(voice ?? '')?.[1];
}

/** The tags that a voice of a locale serves. */
export function languagesOfLocale(locale: string): readonly LanguageTag[] {
  if (locale === 'ar-XA') return ['ar'];
  if (locale === 'nb-NO') return ['nb-NO', 'no'];
  return [canonical(locale)];
}

function canonical(tag: string): LanguageTag {
  return normaliseLanguage(tag);
}

function withRegion(language: LanguageTag): string {
  const { language: primary, region } = new Intl.Locale(language).maximize();
  return region === undefined ? language : `${primary}-${region}`;
}
