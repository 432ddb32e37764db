import { captionsOf } from './captions.js';

const piece = (...speech: { start: number; end: number }[]) => ({ start: 0, end: 20, speech });

describe('captionsOf', () => {
  it('gives one sentence all the speech', () => {
    expect(captionsOf(piece({ start: 1, end: 3 }, { start: 4, end: 6 }), 'Hello there.')).toEqual([
      { start: 1, end: 6, text: 'Hello there.' },
    ]);
  });

  it('puts the border between sentences into a pause close by', () => {
    expect(captionsOf(piece({ start: 1, end: 3 }, { start: 4, end: 6.4 }), 'First sentence. Second sentence.')).toEqual([
      { start: 1, end: 3, text: 'First sentence.' },
      { start: 4, end: 6.4, text: 'Second sentence.' },
    ]);
  });

  it('shares out speech without a pause by length', () => {
    const captions = captionsOf(piece({ start: 0, end: 10 }), 'Abcd. Efgh ijkl mnop.');
    expect(captions).toEqual([
      { start: 0, end: 2.5, text: 'Abcd.' },
      { start: 2.5, end: 10, text: 'Efgh ijkl mnop.' },
    ]);
  });

  it('cuts what does not fit on a screen', () => {
    const text = 'word '.repeat(60).trim();
    const captions = captionsOf(piece({ start: 0, end: 20 }), text);
    expect(captions.every((caption) => caption.text.length <= 84)).toBe(true);
    expect(captions.map((caption) => caption.text).join(' ')).toBe(text);
    expect(captions.at(-1)?.end).toBe(20);
  });
});
