import { redact } from './redact.js';

describe('redact', () => {
  const key = 'sk-abcd1234efgh5678';

  it.each([
    [`Incorrect API key provided: ${key}.`, 'Incorrect API key provided: ***.'],
    [
      'Incorrect API key provided: sk-a********5678. Find it at https://vendor.example/keys?token=1.',
      'Incorrect API key provided: *** Find it at (link)',
    ],
    ['two\nlines\u0007', 'two lines'],
    ['nothing to hide', 'nothing to hide'],
  ])('%j becomes %j', (message, clean) => {
    expect(redact(message, [key, undefined, 'abc'])).toBe(clean);
  });

  it('keeps what the request said to itself, and is short', () => {
    expect(redact('Text "my private words" is bad', ['my private words'])).toBe('Text "***" is bad');
    expect(redact('x'.repeat(1000), [])).toHaveLength(301);
  });

  it.each([
    ['Cannot read "private words which" at 3.', 'Cannot read "***" at 3.'],
    ['Near <private words>, near <speak> and <only I may know. And m>.', 'Near <***>, near <speak> and <***>.'],
    ['Bad text: My private words which only I may kn...', 'Bad text: ***...'],
    ['Bad voice: private.', 'Bad voice: private.'],
  ])('keeps parts of it to itself: %j', (message, clean) => {
    expect(redact(message, [key, 'My private words\nwhich only I may know. And more.'])).toBe(clean);
  });

  it.each([
    ['Bad path /v1/listen?term=My%20private%20words%0Awhich%20only.', 'Bad path /v1/listen?term=***.'],
    ['Bad path /v1/listen?term=My+private+words.', 'Bad path /v1/listen?term=***.'],
    [String.raw`Bad body {"input": "\u041c\u043e\u0438 \u0441\u043b\u043e\u0432\u0430 \u0442\u0443\u0442"}`, 'Bad body {"input": "***"}'],
    ['Bad key sk-a%2Fb%2Bc=1234 of https://vendor.example/a%20b', 'Bad key *** of (link)'],
    ['Bad link https%3A%2F%2Fvendor.example%2Fkeys%3Ftoken%3D1', 'Bad link (link)'],
    ['100%25 of 50%2 is \\u00', '100% of 50%2 is \\u00'],
  ])('finds what is written as in an address or in JSON: %j', (message, clean) => {
    expect(redact(message, ['sk-a/b+c=1234', 'My private words\nwhich only I may know.', 'Мои слова тут'])).toBe(clean);
  });

  it.each(['sk-a', 'a.', 'a', 'sk-a*'])('reads a megabyte of %j at once', (piece) => {
    expect(redact(piece.repeat(1_000_000 / piece.length), ['sk-abcdefghijkl'])).not.toBe('');
  });

  it('takes out a link whatever stands before it', () => {
    expect(redact(`${'x'.repeat(100)}://vendor.example/secret`, [])).not.toContain('secret');
  });

  it('finds a part that begins at the end of what is read of a long message', () => {
    const words = 'what nobody else may know of, '.repeat(100);
    expect(redact(`${'x'.repeat(290)} ${words}`, [words.repeat(2)])).toBe(`${'x'.repeat(290)}***`);
  });

  it('keeps no short key either, and no part of one that has signs of its own', () => {
    expect(redact('Wrong key: abc1', ['abc1'])).toBe('Wrong key: ***');
    expect(redact('Wrong key: a.b+****yz', ['a.b+c(d)e?f-yz'])).toBe('Wrong key: ***');
  });
});
