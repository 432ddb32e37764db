import type { LanguageTag, ModelInfo, VoiceInfo } from '@parlance/contracts';
import { languagesOfLocale, localeOfVoice } from './google.languages.js';

/** Stands for no name: Google chooses a voice of the language. */
export const CHOSEN_BY_GOOGLE = 'default';

const geminiModels = ['gemini-2.5-flash-tts', 'gemini-2.5-pro-tts'];

/** The voice decides the technique; only Gemini's models are named on the wire. */
export const SPEECH_MODELS: readonly ModelInfo[] = [
  { id: 'cloud-tts', description: 'Whatever technique the voice belongs to: Standard, WaveNet, Neural2, Chirp 3 HD.' },
  ...geminiModels.map((id) => ({ id, description: 'Speaks as it is told to.' })),
];

const locales =
  'en-US en-GB en-AU en-IN ar-XA bg-BG bn-IN ca-ES cmn-CN cmn-TW cs-CZ da-DK de-DE el-GR es-ES es-US et-EE eu-ES fi-FI fil-PH fr-CA fr-FR gl-ES gu-IN he-IL hi-IN hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lt-LT lv-LV ml-IN mr-IN ms-MY nb-NO nl-BE nl-NL pa-IN pl-PL pt-BR pt-PT ro-RO ru-RU sk-SK sr-RS sv-SE ta-IN te-IN th-TH tr-TR uk-UA ur-IN vi-VN yue-HK'.split(
    ' ',
  );
const chirpLocales =
  'en-US en-GB en-AU en-IN ar-XA bn-IN cmn-CN de-DE es-ES es-US fr-CA fr-FR gu-IN hi-IN id-ID it-IT ja-JP kn-IN ko-KR ml-IN mr-IN nl-NL pl-PL pt-BR ru-RU ta-IN te-IN th-TH tr-TR uk-UA ur-IN vi-VN'.split(
    ' ',
  );
const names = ['Kore', 'Puck', 'Aoede', 'Charon'];

/** Voices that every account has, or the names that are given. */
export function voicesOf(given: readonly string[] | undefined): readonly VoiceInfo[] {
  if (given !== undefined && given.length > 0) return given.map((id) => voice(id));
  return [
    { id: CHOSEN_BY_GOOGLE, name: 'As Google chooses', languages: languagesOf(locales), models: ['cloud-tts'] },
    ...chirpLocales.flatMap((locale) => names.map((name) => voice(`${locale}-Chirp3-HD-${name}`))),
    ...names.map((name) => ({ id: name, name, languages: ['*'], models: geminiModels })),
  ];
}

/** All that the voices speak, once. */
export function languagesSpoken(voices: readonly VoiceInfo[]): readonly LanguageTag[] {
  const named = voices.flatMap(({ languages }) => languages).filter((tag) => tag !== '*');
  return named.length > 0 ? [...new Set(named)] : ['*'];
}

/** Gemini's models are told by name, and take words on how to speak. */
export function isGemini(model: string): boolean {
  return model.startsWith('gemini');
}

/** Chirp and Gemini voices do not change their pitch. */
export function takesPitch(model: string, name: string): boolean {
  return !isGemini(model) && !/chirp/i.test(name);
}

function voice(id: string): VoiceInfo {
  const locale = localeOfVoice(id);
  if (locale !== undefined) return { id, name: id.slice(locale.length + 1), languages: languagesOfLocale(locale), models: ['cloud-tts'] };
  return { id, name: id, languages: id === CHOSEN_BY_GOOGLE ? languagesOf(locales) : ['*'] };
}

function languagesOf(tags: readonly string[]): readonly LanguageTag[] {
  return [...new Set(tags.flatMap((tag) => languagesOfLocale(tag)))];
}
