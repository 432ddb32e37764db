import { phrase } from './catalogue.js';
import { PHRASES, SHIPPED, type PhraseName } from './phrases.js';

describe('phrase', () => {
  it.each(Object.keys(PHRASES) as PhraseName[])('%s is there in every language, with its value where it has one', (name) => {
    const hasValue = PHRASES[name].includes('{}');
    const said = Object.keys(SHIPPED).map((language) => phrase(name, [language], {}, 'VALUE'));
    expect(said).toHaveLength(2);
    for (const words of said)
      expect([words.includes('VALUE'), words.includes('{}'), words.trim() === '']).toEqual([hasValue, false, false]);
    // What was heard is shown the same way everywhere.
    expect(new Set(said).size).toBe(name === 'heard' ? 1 : 2);
  });

  it.each([
    [['en'], 'Something went wrong. Please try again in a moment.'],
    [['ru'], 'Что-то пошло не так. Попробуйте ещё раз чуть позже.'],
    [['ru-RU'], 'Что-то пошло не так. Попробуйте ещё раз чуть позже.'],
    [['RU_ru'], 'Что-то пошло не так. Попробуйте ещё раз чуть позже.'],
    [[undefined, 'ru-RU', 'en'], 'Что-то пошло не так. Попробуйте ещё раз чуть позже.'],
    [['de', 'ru'], 'Что-то пошло не так. Попробуйте ещё раз чуть позже.'],
    [['de-AT'], 'Something went wrong. Please try again in a moment.'],
    [['', '__proto__', 'constructor', 'no tag at all'], 'Something went wrong. Please try again in a moment.'],
    [[], 'Something went wrong. Please try again in a moment.'],
  ])('is in the first language of %j that there are words in', (languages, words) => {
    expect(phrase('error', languages)).toBe(words);
  });

  it('is in the words of the agent where it has some: for the region, then for the language', () => {
    const own = { pt: { error: 'Falhou.' }, 'pt-BR': { error: 'Deu ruim.' }, en: { too_long: 'At most {} s, {} s!' } };
    expect(phrase('error', ['pt-BR'], own)).toBe('Deu ruim.');
    // As Telegram writes it.
    expect(phrase('error', ['pt-br'], own)).toBe('Deu ruim.');
    expect(phrase('error', ['pt-PT'], own)).toBe('Falhou.');
    expect(phrase('no_file', ['pt-BR'], own)).toBe(SHIPPED['en']?.no_file);
    expect(phrase('too_long', ['de'], own, 5)).toBe('At most 5 s, 5 s!');
  });

  it('puts in what it is given as it is', () => {
    expect(phrase('heard', ['en'], {}, 'It costs $& or {} or $1.')).toBe('🎤 It costs $& or {} or $1.');
  });
});
