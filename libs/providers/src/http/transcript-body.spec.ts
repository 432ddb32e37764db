import { languageOf } from './transcript-body.js';

describe('languageOf', () => {
  it.each([
    ['eng', 'en'],
    ['en_us', 'en-US'],
    ['zh-hans-cn', 'zh-Hans-CN'],
  ])('makes %s canonical', (told, language) => {
    expect(languageOf(told)).toBe(language);
  });

  it.each([undefined, '', '?', 'no tag at all'])('is nothing for %p, and does not throw', (told) => {
    expect(languageOf(told)).toBeUndefined();
  });
});
