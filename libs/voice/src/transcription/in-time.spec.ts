import { inTime } from './in-time.js';

type Piece = readonly [start: number, end: number, text: string];

function told(...pieces: Piece[]): Piece[] {
  const passed: Piece[] = [];
  const tell = inTime(({ start, end, text }) => passed.push([start, end, text]));
  for (const [start, end, text] of pieces) tell({ start, end, text });
  return passed;
}

describe('inTime', () => {
  it.each<[string, Piece[], string[]]>([
    [
      'a piece within what was told',
      [
        [0, 2, 'One two.'],
        [0, 1, 'One'],
        [1, 2, 'two.'],
        [2, 3, 'Three.'],
      ],
      ['One two.', 'Three.'],
    ],
    [
      'the rest of one that reaches further',
      [
        [0, 1, 'One two.'],
        [0, 2, 'one two, three four.'],
      ],
      ['One two.', 'three four.'],
    ],
    [
      'the rest behind a single word',
      [
        [0, 1, 'One'],
        [0, 2, 'One two.'],
      ],
      ['One', 'two.'],
    ],
    [
      'what begins within it',
      [
        [0, 2, 'One two three.'],
        [1, 3, 'Two three. Four!'],
      ],
      ['One two three.', 'Four!'],
    ],
    [
      'the same, rounded up',
      [
        [0, 1, 'One two.'],
        [0, 1.9, 'One two.'],
      ],
      ['One two.'],
    ],
    [
      'words without spaces',
      [
        [0, 1, '今日は'],
        [0, 3, '今日は天気です。'],
      ],
      ['今日は', '天気です。'],
    ],
    [
      'mostly new, heard otherwise',
      [
        [0, 1, 'Won'],
        [0, 3, 'One two three.'],
      ],
      ['Won', 'One two three.'],
    ],
    [
      'mostly old, heard otherwise',
      [
        [0, 2, 'Won two'],
        [0, 2.1, 'One too.'],
      ],
      ['Won two'],
    ],
  ])('tells nothing twice, and loses nothing: %s', (_, pieces, texts) => {
    expect(told(...pieces).map(([, , text]) => text)).toEqual(texts);
  });

  it('says of the rest of a piece that it begins where what was told ends', () => {
    expect(told([0, 1, 'One two.'], [0, 2, 'One two, three.'], [2, 3, 'Four.'])).toEqual([
      [0, 1, 'One two.'],
      [1, 2, 'three.'],
      [2, 3, 'Four.'],
    ]);
    expect(told([0, 9, 'One.'], [9, 10, 'Too'], [8, 13, 'Two three.'])).toEqual([
      [0, 9, 'One.'],
      [9, 10, 'Too'],
      [10, 13, 'Two three.'],
    ]);
  });

  it('takes nothing from a piece that begins where what was told ends', () => {
    expect(told([0, 1, 'No.'], [1, 2, 'No, never.'])).toEqual([
      [0, 1, 'No.'],
      [1, 2, 'No, never.'],
    ]);
  });

  it('takes words away only where all of them were told', () => {
    expect(told([0, 1, 'Two three'], [0, 3, 'One three four five.'])).toEqual([
      [0, 1, 'Two three'],
      [1, 3, 'One three four five.'],
    ]);
  });
});
