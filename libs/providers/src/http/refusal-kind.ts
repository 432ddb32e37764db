import type { ErrorCode } from '@parlance/contracts';

/**
 * What a vendor cannot do although another might, by the words it refuses a request with. The order matters: "the
 * model does not support the language" is about the language.
 */
const words: readonly (readonly [kind: ErrorCode, said: RegExp])[] = [
  [
    'too_large',
    /\btoo (?:long|large|big)\b|\blonger than\b|\b(?:less|shorter) than \d+ ?(?:s|sec|seconds|min|minutes|bytes|[km]b)\b|\bmaximum of \d|\bat most \d+ (?:characters|bytes|seconds)\b|\bexceed(?:s|ed)? (?:the |its )?(?:[\w-]+ ){0,3}(?:limit|length|size|duration)\b/i,
  ],
  [
    'unsupported',
    /\b(?:does not|doesn't|only) (?:currently )?supports?\b|\bnot compatible with\b|\b(?:languages?|locale|format|encoding|codec|container|sample[ _]?rate|bit[ _]?rate)\b[^.]{0,60}\b(?:not (?:currently )?support(?:ed)?|unsupported)\b|\b(?:unsupported|not support(?:ed)?)\b[^.]{0,40}\b(?:languages?|locale|format|encoding|codec|container|sample[ _]?rate|bit[ _]?rate)\b|\bbad sample rate\b/i,
  ],
  [
    'not_found',
    /\b(?:no such|unknown|unsupported) (?:voice|model|speaker)\b|\binvalid (?:voice|model|speaker)(?: id| name)?(?=$|[:.,;'"])|\b(?:voice|model|speaker)\b[^.]{0,80}\b(?:not found|not supported|does not exist|doesn't exist|is not valid|is not available)\b/i,
  ],
];

/** `undefined` for a refusal that says nothing about the vendor: the request itself is wrong. */
export function refusalKind(status: number, message: string): ErrorCode | undefined {
  return status === 400 || status === 422 ? words.find(([, said]) => said.test(message))?.[0] : undefined;
}
