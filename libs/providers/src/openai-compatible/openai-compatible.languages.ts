import { primaryLanguage, type LanguageTag } from '@parlance/contracts';
import { languageOf } from '../http/transcript-body.js';

const displayNames = new Intl.DisplayNames('en', { type: 'language' });
const commonCodes =
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su'.split(
    ' ',
  );

/** What Whisper calls otherwise than `Intl` does. */
const WHISPER_NAMES: Readonly<Record<string, string>> = {
  bengali: 'bn',
  cantonese: 'yue',
  maori: 'mi',
  myanmar: 'my',
  nynorsk: 'nn',
  tagalog: 'tl',
};

/** Where Whisper's code is not that of BCP 47: it refuses the usual one. */
const WIRE: Readonly<Record<string, string>> = { fil: 'tl', jv: 'jw', nb: 'no' };

/** BCP 47 -> the vendor's code: `en-US` -> `en`. */
export function wireLanguage(tag: LanguageTag): string {
  const primary = primaryLanguage(tag);
  return WIRE[primary] ?? primary;
}

/** `english` -> `en`; a code stays a code. Nothing for what is neither. */
export function languageFrom(nameOrCode: string | undefined): LanguageTag | undefined {
  return languageOf(codeOf(nameOrCode));
}

function codeOf(nameOrCode: string | undefined): string | undefined {
  if (nameOrCode === undefined || /^[a-z]{2,3}(?:[-_]|$)/i.test(nameOrCode)) return nameOrCode;
  const name = nameOrCode.toLowerCase();
  return WHISPER_NAMES[name] ?? commonCodes.find((code) => displayNames.of(code)?.toLowerCase() === name);
}
