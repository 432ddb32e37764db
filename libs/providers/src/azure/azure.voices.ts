import type { LanguageTag, VoiceInfo } from '@parlance/contracts';

/** These speak every language Azure has, and are told which one. */
const MULTILINGUAL = ['en-US-Ava', 'en-US-Andrew', 'en-US-Emma', 'en-US-Brian', 'de-DE-Seraphina', 'fr-FR-Vivienne'].map(
  (name) => `${name}MultilingualNeural`,
);

const NEURAL = [
  'en-US-Jenny en-US-Guy en-GB-Sonia en-GB-Ryan en-AU-Natasha en-IN-Neerja de-DE-Katja de-DE-Conrad de-AT-Ingrid fr-FR-Denise fr-FR-Henri',
  'fr-CA-Sylvie es-ES-Elvira es-ES-Alvaro es-MX-Dalia it-IT-Elsa it-IT-Diego pt-BR-Francisca pt-BR-Antonio pt-PT-Raquel ru-RU-Svetlana',
  'ru-RU-Dmitry uk-UA-Polina pl-PL-Zofia pl-PL-Marek nl-NL-Colette cs-CZ-Vlasta sv-SE-Sofie da-DK-Christel nb-NO-Pernille fi-FI-Noora',
  'el-GR-Athina tr-TR-Emel ro-RO-Alina hu-HU-Noemi bg-BG-Kalina he-IL-Hila ar-EG-Salma ar-SA-Zariyah hi-IN-Swara id-ID-Gadis',
  'vi-VN-HoaiMy th-TH-Premwadee ja-JP-Nanami ja-JP-Keita ko-KR-SunHi zh-CN-Xiaoxiao zh-CN-Yunxi zh-TW-HsiaoChen zh-HK-HiuMaan',
].flatMap((names) => names.split(' ').map((name) => `${name}Neural`));

export const AZURE_SPEECH_LANGUAGES: readonly LanguageTag[] = [
  ...new Set(['en-US', ...[...NEURAL, ...MULTILINGUAL].map((name) => localeOfVoice(name) ?? 'en-US')]),
];

/** A few of each language; whatever else the region has can be asked for by its name. */
export const AZURE_VOICES: readonly VoiceInfo[] = [
  ...MULTILINGUAL.map((id) => ({ id, name: id, languages: AZURE_SPEECH_LANGUAGES })),
  ...NEURAL.map((id) => ({ id, name: id, languages: [localeOfVoice(id) ?? 'en-US'] })),
];

/** `de-DE` of `de-DE-KatjaNeural`. */
export function localeOfVoice(voice: string): LanguageTag | undefined {
  return /^([a-z]{2,3}-[A-Z]{2})-/.exec(voice)?.[1];
}

export function isMultilingual(voice: string): boolean {
  return /Multilingual/.test(voice) || /:DragonHD/.test(voice);
}
