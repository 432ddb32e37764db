import { normaliseLanguage, supportsLanguage } from '@parlance/contracts';
import { DEEPGRAM_LANGUAGES, deepgramLanguage } from './deepgram.languages.js';

it.each([
  ['tl', 'tl'],
  ['fil-PH', 'tl'],
  ['nb-NO', 'no'],
  ['no', 'no'],
])('Deepgram hears what is asked for as %s, and calls it %s', (asked, code) => {
  const language = normaliseLanguage(asked);
  expect(supportsLanguage(DEEPGRAM_LANGUAGES, language)).toBe(true);
  expect(deepgramLanguage(language)).toBe(code);
});
