import type { Transcript } from '@parlance/contracts';
import { captionsOfWords } from './captions-of-words.js';

/** Each word takes half a second, with as much of a pause after it. */
const heard = (text: string, words: readonly string[]): Transcript => ({
  text,
  words: words.map((word, index) => ({ word, start: index, end: index + 0.5 })),
  duration: words.length,
  warnings: [],
});

describe('captionsOfWords', () => {
  it('makes one of each sentence, with the times of its words', () => {
    const text = 'Dr. Smith is in. “Please wait!” She will come.';
    expect(captionsOfWords(heard(text, text.split(' ')))).toEqual([
      { start: 0, end: 3.5, text: 'Dr. Smith is in.' },
      { start: 4, end: 5.5, text: '“Please wait!”' },
      { start: 6, end: 8.5, text: 'She will come.' },
    ]);
  });

  it('finds words that come without their punctuation, and keeps what none stands for', () => {
    const text = '(laughs) “Well, yes.” [Music] “No?”';
    expect(captionsOfWords(heard(text, ['Well', 'yes', 'No']))).toEqual([
      { start: 0, end: 1.5, text: '(laughs) “Well, yes.”' },
      { start: 2, end: 2.5, text: '[Music] “No?”' },
    ]);
  });

  it('cuts a long sentence between words', () => {
    const text = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const captions = captionsOfWords(heard(text, text.split(' ')))!;
    expect(captions.map((caption) => caption.text).join(' ')).toBe(text);
    expect(captions.length).toBeGreaterThan(4);
    for (const caption of captions) expect(caption.text.length).toBeLessThanOrEqual(84);
  });

  it.each([
    ['for one that is found within it', 'Elephant, ant and all', ['elephant', 'ant', 'and', 'all']],
    ['that is told in pieces', 'unbelievable things', ['un', 'believ', 'able', 'things']],
  ])('cuts no word %s', (_, end, words) => {
    const start = Array<string>(7).fill('many words').join(' ');
    for (const before of [' ', ' so ', ' so far '].map((more) => start + more)) {
      const captions = captionsOfWords(heard(before + end, [...before.trim().split(' '), ...words]))!;
      expect(captions.map((caption) => caption.text).join(' ')).toBe(before + end);
    }
  });

  it('takes scripts without spaces', () => {
    expect(captionsOfWords({ ...heard('你好。再见。', ['你', '好', '。', '再', '见', '。']), language: 'zh' })).toMatchObject([
      { start: 0, end: 2.5, text: '你好。' },
      { start: 3, text: '再见。' },
    ]);
  });

  it('passes over words that are not written, and over times that run back', () => {
    const captions = captionsOfWords({
      ...heard('One two.', []),
      words: [
        { word: 'six', start: 0, end: 1 },
        { word: 'One', start: 1, end: 2 },
        { word: 'two', start: 2, end: 1.5 },
      ],
    });
    expect(captions).toEqual([{ start: 1, end: 2, text: 'One two.' }]);
    expect(captionsOfWords(heard('One two.', ['six']))).toBeUndefined();
    expect(captionsOfWords(heard('', []))).toBeUndefined();
  });
});
