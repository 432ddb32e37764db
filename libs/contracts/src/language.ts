import { InvalidRequestError } from './errors.js';

/** A canonical BCP 47 tag: `en`, `en-US`, `zh-Hans-CN`. */
export type LanguageTag = string;

/**
 * The one place where a language tag is made canonical (`EN_us` -> `en-US`).
 * @throws InvalidRequestError when the tag is no BCP 47 tag.
 */
export function normaliseLanguage(tag: string, param = 'language'): LanguageTag {
  try {
    const [canonical] = Intl.getCanonicalLocales(tag.trim().replaceAll('_', '-'));
    if (canonical !== undefined) return canonical;
  } catch {
    // Intl throws a RangeError with the caller's text in it; ours says what to write instead.
  }
  throw new InvalidRequestError(`'${param}' must be a BCP 47 language tag such as en, en-US or pt-BR.`, param);
}

/** The primary language of a tag: `en` for `en-US`. */
export function primaryLanguage(tag: LanguageTag): string {
  return tag.split('-', 1)[0] ?? tag;
}

/**
 * Whether something that lists `supported` can serve `asked`. A bare `en` in the list serves every English; a
 * bare `en` asked for is served by any English listed. `*` serves everything.
 */
export function supportsLanguage(supported: readonly LanguageTag[], asked: LanguageTag): boolean {
  return supported.some((tag) => {
    if (tag === '*' || tag === asked) return true;
    return (
      primaryLanguage(tag) === primaryLanguage(asked) &&
      (tag.length === primaryLanguage(tag).length || asked.length === primaryLanguage(asked).length)
    );
  });
}
