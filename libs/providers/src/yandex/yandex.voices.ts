import { primaryLanguage, type LanguageTag, type VoiceInfo } from '@parlance/contracts';

interface Voice {
  id: string;
  language: LanguageTag;
  /** The first is what the voice sounds like without any. */
  roles?: readonly string[];
  /** Known to API v1 as well. */
  v1?: true;
}

/** The published voices; the first is Yandex' own default. */
const VOICES: readonly Voice[] = [
  { id: 'marina', language: 'ru-RU', roles: ['neutral', 'whisper', 'friendly'], v1: true },
  { id: 'alena', language: 'ru-RU', roles: ['neutral', 'good'], v1: true },
  { id: 'filipp', language: 'ru-RU', v1: true },
  { id: 'ermil', language: 'ru-RU', roles: ['neutral', 'good'], v1: true },
  { id: 'jane', language: 'ru-RU', roles: ['neutral', 'good', 'evil'], v1: true },
  { id: 'omazh', language: 'ru-RU', roles: ['neutral', 'evil'], v1: true },
  { id: 'zahar', language: 'ru-RU', roles: ['neutral', 'good'], v1: true },
  { id: 'dasha', language: 'ru-RU', roles: ['neutral', 'good', 'friendly'] },
  { id: 'julia', language: 'ru-RU', roles: ['neutral', 'strict'] },
  { id: 'lera', language: 'ru-RU', roles: ['neutral', 'friendly'] },
  { id: 'masha', language: 'ru-RU', roles: ['good', 'strict', 'friendly'] },
  { id: 'alexander', language: 'ru-RU', roles: ['neutral', 'good'] },
  { id: 'kirill', language: 'ru-RU', roles: ['neutral', 'strict', 'good'] },
  { id: 'anton', language: 'ru-RU', roles: ['neutral', 'good'] },
  { id: 'madi_ru', language: 'ru-RU', v1: true },
  { id: 'saule_ru', language: 'ru-RU', roles: ['neutral', 'strict', 'whisper'] },
  { id: 'zamira_ru', language: 'ru-RU', roles: ['neutral', 'strict', 'friendly'] },
  { id: 'zhanar_ru', language: 'ru-RU', roles: ['neutral', 'strict', 'friendly'] },
  { id: 'yulduz_ru', language: 'ru-RU', roles: ['neutral', 'strict', 'friendly', 'whisper'] },
  { id: 'john', language: 'en-US', v1: true },
  { id: 'lea', language: 'de-DE', v1: true },
  { id: 'naomi', language: 'he-IL', roles: ['modern', 'classic'] },
  { id: 'amira', language: 'kk-KZ', v1: true },
  { id: 'madi', language: 'kk-KZ', v1: true },
  { id: 'saule', language: 'kk-KZ', roles: ['neutral', 'strict'] },
  { id: 'zhanar', language: 'kk-KZ', roles: ['neutral', 'friendly'] },
  { id: 'nigora', language: 'uz-UZ', v1: true },
  { id: 'zamira', language: 'uz-UZ', roles: ['neutral', 'strict', 'friendly'] },
  { id: 'yulduz', language: 'uz-UZ', roles: ['neutral', 'strict', 'friendly', 'whisper'] },
];

/** The voices of an API, each also in its roles: `jane`, `jane:good`, `jane:evil`. */
export function yandexVoices(api: 'v1' | 'v3'): { voices: VoiceInfo[]; languages: LanguageTag[] } {
  const known = VOICES.filter(({ v1 }) => api === 'v3' || v1 === true);
  const voices = known.flatMap(({ id, language, roles = [] }) => [
    { id, name: id, languages: [language] },
    ...roles.slice(1).map((role) => ({ id: `${id}:${role}`, name: `${id}, ${role}`, languages: [language] })),
  ]);
  return { voices, languages: [...new Set(known.map(({ language }) => language))] };
}

/** `jane:evil` -> the speaker and the role. */
export function splitVoice(voice: string): { speaker: string; role?: string } {
  const [speaker = '', role] = voice.split(':', 2);
  return role === undefined || role === '' ? { speaker } : { speaker, role };
}

/** A bare language gets the region Yandex knows it with. */
export function withRegion(language: LanguageTag, known: readonly LanguageTag[]): LanguageTag {
  if (language !== primaryLanguage(language)) return language;
  return known.find((tag) => primaryLanguage(tag) === language) ?? language;
}
