import { InvalidRequestError } from './errors.js';
import { normaliseLanguage, primaryLanguage, supportsLanguage } from './language.js';

describe('normaliseLanguage', () => {
  it.each([
    ['en', 'en'],
    ['EN_us', 'en-US'],
    [' pt-br ', 'pt-BR'],
    ['zh-hans-cn', 'zh-Hans-CN'],
  ])('makes %p canonical', (given, expected) => {
    expect(normaliseLanguage(given)).toBe(expected);
  });

  it.each(['', 'english please', '!', 'e'])('refuses %p and names the field', (given) => {
    expect(() => normaliseLanguage(given, 'lang')).toThrow(expect.objectContaining({ code: 'invalid', param: 'lang' }));
    expect(() => normaliseLanguage(given)).toThrow(InvalidRequestError);
  });
});

describe('supportsLanguage', () => {
  it.each([
    [['en'], 'en-GB', true],
    [['en-US'], 'en', true],
    [['en-US'], 'en-GB', false],
    [['*'], 'de', true],
    [['en'], 'de', false],
    [[], 'en', false],
  ])('%p serves %p: %p', (supported, asked, expected) => {
    expect(supportsLanguage(supported, asked)).toBe(expected);
  });

  it('knows the primary language', () => {
    expect(primaryLanguage('zh-Hans-CN')).toBe('zh');
  });
});
