import assert from 'node:assert/strict';
import { primaryLanguage, type LanguageTag } from '@parlance/contracts';

/** Each language arrives under a name that begins like its tag (`de`, `de-DE`, `deu`), and two differ. */
export async function assertLanguages(
  supported: readonly LanguageTag[],
  send: (asked: LanguageTag) => Promise<string | undefined>,
): Promise<void> {
  const known = supported.includes('*') ? ['en', 'es', 'fr'] : supported;
  // One tag for each language; three tell as much as a hundred.
  const asked = [...new Map(known.map((tag) => [primaryLanguage(tag), tag])).values()].slice(0, 3);
  assert.notEqual(asked.length, 0, 'There is no language to ask for.');
  const names = new Set<string>();
  for (const tag of asked) {
    const name = (await send(tag)) ?? '';
    assert(name.toLowerCase().startsWith(primaryLanguage(tag).toLowerCase()), `The language ${tag} became '${name}'.`);
    names.add(name);
  }
  assert.equal(names.size, asked.length, 'two languages have two names');
}
