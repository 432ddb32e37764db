import { primaryLanguage, type LanguageTag } from '@parlance/contracts';

/** What Sonic 3 speaks. */
export const SPOKEN_LANGUAGES: readonly LanguageTag[] =
  'en fr de es pt zh ja hi it ko nl pl ru sv tr fil bg ro ar cs el fi hr ms sk da ta uk hu no nb vi bn th he ka id te gu kn ml mr pa or ur'.split(
    ' ',
  );

/** What Ink Whisper understands. */
export const HEARD_LANGUAGES: readonly LanguageTag[] = [
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no nb th ur hr bg lt la mi ml cy sk te fa lv bn',
  'sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo',
  'fil mg as tt haw ln ha ba jv su yue',
].flatMap((codes) => codes.split(' '));

/** Where the vendor's code is an older one. */
const WIRE: Readonly<Record<string, string>> = { fil: 'tl', jv: 'jw', nb: 'no' };

/** BCP 47 -> the vendor's code: `en-US` -> `en`. */
export function wireLanguage(tag: LanguageTag): string {
  const primary = primaryLanguage(tag);
  return WIRE[primary] ?? primary;
}
