import * as fc from 'fast-check';
import { isPlain } from './prepare-text.js';
import { wordsOfMarkdown } from './words-of-markdown.js';

const PIECES = ['Hello', 'wörld', 'été', '3', '1.', 'a', 'www.example.com', 'x-y', '-', '–', '(', ')', '"', "'", '“', '’', ',', '.', ';', ':', '?', '!', ' ', '  ', '    ', '#', '*', '_', '`', '\n', '\t', '>', '[', ']', '&', '<b>', '😀', 'http://x.y', '~', '|', '\\', '@', '/']; // prettier-ignore

describe('wordsOfMarkdown', () => {
  it('has nothing to take out of a plain text, which is why that is not read as markdown', () => {
    let plain = 0;
    const text = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (one) => {
        if (!isPlain(one)) return;
        plain += 1;
        expect(wordsOfMarkdown(one).trim()).toBe(one.trim());
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(500);
  });

  it.each(['**bold**', 'a `b`', '# Title', 'two\nlines', '1. one', '<b>x</b>', 'a & b', 'https://example.com', 'Hi 😀', ' indented', ''])(
    'is asked for %j',
    (text) => expect(isPlain(text)).toBe(false),
  );
});
