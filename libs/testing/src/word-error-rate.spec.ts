import { wordErrorRate } from './word-error-rate.js';

describe('wordErrorRate', () => {
  it.each([
    ['the same words', 'Hello, World!', 'hello world', 0],
    ['one word changed', 'a b c d', 'a x c d', 0.25],
    ['one word missing', 'a b c d', 'a b d', 0.25],
    ['one word too many', 'a b c d', 'a b b c d', 0.25],
    ['nothing heard', 'a b', '', 1],
    ['a loop', 'a', 'a a a', 2],
    ['digits as they are', 'call 911', 'call nine', 0.5],
    ['apostrophes', "don't", 'don’t', 0],
    ['silence for silence', '', '', 0],
    ['words for silence', '...', 'thank you', 1],
  ])('%s', (_, reference, hypothesis, expected) => {
    expect(wordErrorRate(reference, hypothesis)).toBe(expected);
  });
});
