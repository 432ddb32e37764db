import * as fc from 'fast-check';
import { splitMessage } from './split-message.js';

describe('splitMessage', () => {
  it.each([
    ['', []],
    [' \n ', []],
    ['Short.', ['Short.']],
    ['One two three. Four five six. Seven.', ['One two three.', 'Four five six.', 'Seven.']],
    ['Twenty characters is', ['Twenty characters is']],
    ['Twenty characters is\nall that fits', ['Twenty characters is', 'all that fits']],
    ['A line of it\nAnother\nwith more', ['A line of it\nAnother', 'with more']],
    ['A line of it\nand another one', ['A line of it', 'and another one']],
    ['words without any border there', ['words without any', 'border there']],
    ['See https://a.b/c?d=ef', ['See', 'https://a.b/c?d=ef']],
    ['あああ、あああああああああ。いいいいいいい', ['あああ、あああああああああ。', 'いいいいいいい']],
    // Thai and Lao: as they are read, but no space parts the words.
    ['สวัสดีครับวันนี้อากาศดีมากครับ', ['สวัสดีครับวันนี้', 'อากาศดีมากครับ']],
    ['ສະບາຍດີທ່ານຢູ່ບ້ານຂອງຂ້ອຍ', ['ສະບາຍດີທ່ານຢູ່ບ້ານ', 'ຂອງຂ້ອຍ']],
    ['abcdefghijklmnopqrstuvwxyz', ['abcdefghijklmnopqrst', 'uvwxyz']],
  ])('cuts %p', (text, pieces) => {
    expect(splitMessage(text, 20)).toEqual(pieces);
  });

  it('cuts no character as a reader sees it', () => {
    expect(splitMessage('👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦', 24)).toEqual(['👩‍👩‍👧‍👦👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦']);
  });

  it('sends no half of a character', () => {
    expect(splitMessage('Well \ud83d', 20)).toEqual(['Well \uFFFD']);
    for (const maximum of [19, 20]) {
      const pieces = splitMessage(`👩${'\u200d👩'.repeat(20)}`, maximum);
      expect(pieces.filter((piece) => /\p{Surrogate}/u.test(piece))).toEqual([]);
    }
  });

  it('loses nothing but white space, and keeps within the limit', () => {
    const words = fc.array(fc.constantFrom('word', 'Dr.', 'Ende. ', '\n', ' ', '。', 'ümläut', '👋🏽', 'x'.repeat(30)), { maxLength: 80 });
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 60 }), (parts, maximum) => {
        const text = parts.join('');
        const pieces = splitMessage(text, maximum);
        expect(pieces.join('').replaceAll(/\s/g, '')).toBe(text.replaceAll(/\s/g, ''));
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(maximum);
          expect(piece.trim()).not.toBe('');
        }
      }),
    );
  });
});
