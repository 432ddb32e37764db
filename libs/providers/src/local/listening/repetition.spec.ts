import { withoutLoops } from './repetition.js';

const loop = (phrase: string, times: number) => Array.from({ length: times }, () => phrase).join(' ');

describe('withoutLoops', () => {
  it.each([
    [`Go ${loop('from the west', 12)}`, 'Go from the west'],
    [`${loop('no', 30)} way`, 'no way'],
    [`Well, ${loop('I think, that we should', 8)} go.`, 'Well, I think, that we should go.'],
  ])('keeps one of a phrase that cannot have been said so often: %s', (text, expected) => {
    expect(withoutLoops(text, 3)).toBe(expected);
  });

  it.each([
    ['No, no, no, no!', 1],
    ['very very  very good', 0.5],
    [loop('what your country can do for you', 6), 14],
    ['', 0],
  ])('leaves %p alone', (text, seconds) => {
    expect(withoutLoops(text, seconds)).toBe(text);
  });
});
