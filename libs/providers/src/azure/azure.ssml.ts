import { primaryLanguage, type SpeechRequest } from '@parlance/contracts';
import { azureLocale } from './azure.locale.js';
import { isMultilingual, localeOfVoice } from './azure.voices.js';

/** How a voice acts, for voices that can: `options.style`, `options.styleDegree` (0.01-2) and `options.role`. */
const ACTING = { style: 'style', styleDegree: 'styledegree', role: 'role' } as const;

export const AZURE_SPEECH_OPTIONS: readonly string[] = Object.keys(ACTING);

/** The document that says the request. Everything of the caller's is escaped. */
export function azureSsml(request: SpeechRequest): string {
  const { text, voice } = request;
  const own = localeOfVoice(voice);
  const locale = localeOf(request, own);
  const foreign = isMultilingual(voice) && own !== undefined && own !== locale;
  let content = escapeXml(text);
  content = element('prosody', prosodyOf(request), content);
  content = element('mstts:express-as', actingOf(request), content);
  content = element('lang', foreign ? { 'xml:lang': locale } : {}, content);
  content = element('voice', { name: voice }, content);
  const namespaces = { xmlns: 'http://www.w3.org/2001/10/synthesis', 'xmlns:mstts': 'http://www.w3.org/2001/mstts' };
  return element('speak', { version: '1.0', ...namespaces, 'xml:lang': locale }, content);
}

/** A language without a region is spoken in the voice's own. */
function localeOf({ language }: SpeechRequest, own: string | undefined): string {
  const regional = language.includes('-');
  return !regional && own !== undefined && primaryLanguage(own) === primaryLanguage(azureLocale(language)) ? own : azureLocale(language);
}

function prosodyOf({ speed, pitch, volumeGain }: SpeechRequest): Record<string, string> {
  return {
    ...(speed === 1 ? {} : { rate: percent(speed) }),
    ...(pitch === 0 ? {} : { pitch: `${signed(pitch)}st` }),
    ...(volumeGain === 0 ? {} : { volume: percent(10 ** (volumeGain / 20)) }),
  };
}

function actingOf({ options = {} }: SpeechRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ACTING).flatMap(([option, attribute]) => {
      const value = options[option];
      return typeof value === 'string' || typeof value === 'number' ? [[attribute, String(value)]] : [];
    }),
  );
}

/** 1.2 -> `+20.00%`. */
function percent(factor: number): string {
  return `${signed((factor - 1) * 100)}%`;
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(2)}`;
}

/** The content alone where there is nothing to say about it. */
function element(name: string, attributes: Readonly<Record<string, string>>, content: string): string {
  const given = Object.entries(attributes);
  if (given.length === 0) return content;
  return `<${name} ${given.map(([attribute, value]) => `${attribute}="${escapeXml(value)}"`).join(' ')}>${content}</${name}>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** What XML does not allow at all, half of a pair included, is left out. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
