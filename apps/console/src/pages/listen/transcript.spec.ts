import { transcriptOf, wordAt } from './transcript.js';

const segments = [
  { start: 1, end: 2, text: 'Good day' },
  { start: 3, end: 4, text: ' Bye.' },
];

describe('words that can be gone to', () => {
  it('have the times that the model gave', () => {
    const words = [
      { word: ' Good', start: 1.1, end: 1.4 },
      { word: 'day', start: 1.5, end: 1.9 },
    ];
    expect(transcriptOf({ words, segments })).toEqual({
      words: [
        { text: 'Good', start: 1.1, end: 1.4 },
        { text: 'day', start: 1.5, end: 1.9 },
      ],
      isGuessed: false,
    });
  });

  it.each([[undefined], [[]]])('have guessed ones within their passage where the model gave none (%j)', (words) => {
    const { words: guessed, isGuessed } = transcriptOf({ segments, ...(words !== undefined && { words }) });
    expect(isGuessed).toBe(true);
    expect(guessed.map(({ text }) => text)).toEqual(['Good', 'day', 'Bye.']);
    expect(guessed[0]).toMatchObject({ start: 1, end: 1.5 });
    expect(guessed[1]!.start).toBeCloseTo(1.625);
    expect(guessed[1]!.end).toBe(2);
    expect(guessed[2]!.end).toBe(4);
  });

  it('are none where nothing was said', () => {
    expect(transcriptOf({ segments: [] }).words).toEqual([]);
  });
});

describe('the word that is heard', () => {
  const words = [1, 2, 3].map((start) => ({ text: '', start, end: start + 0.5 }));
  it.each([
    [0, -1],
    [1, 0],
    [1.9, 0],
    [2.1, 1],
    [99, 2],
  ])('at %d seconds is %d', (seconds, index) => expect(wordAt(words, seconds)).toBe(index));

  it('is none of none', () => expect(wordAt([], 1)).toBe(-1));
});
