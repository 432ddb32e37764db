import { mayBecome } from './spoken-words.js';

describe('mayBecome', () => {
  it('does not look at the last word, which may be incomplete', () => {
    expect(mayBecome('Hello there.', 'hello, ther')).toBe(true);
    expect(mayBecome('Hello there.', 'hello, x')).toBe(true);
    expect(mayBecome('Hello there.', 'x')).toBe(true);
    expect(mayBecome('Hello there.', 'x y')).toBe(false);
    expect(mayBecome('Hello there.', 'hello, x ')).toBe(false);
  });

  it('reads a megabyte without white space at once', () => {
    expect(mayBecome('Hello there.', `${'.'.repeat(1e6)} `)).toBe(true);
  });
});
