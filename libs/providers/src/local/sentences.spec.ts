import { sentencesOf } from './sentences.js';

describe('sentencesOf', () => {
  it.each([
    ['One. Two! Three?', ['One.', 'Two!', 'Three?']],
    ['Dr. Smith met Mrs. J. Brown. They left.', ['Dr. Smith met Mrs. J. Brown.', 'They left.']],
    ['first\n\nsecond', ['first', 'second']],
    ['   ', []],
    ['no end', ['no end']],
  ])('%j', (text, expected) => {
    expect(sentencesOf(text, 300)).toEqual(expected);
  });

  it('cuts long sentences at a comma, a space, or anywhere', () => {
    expect(sentencesOf('aaaa bbbb, cccc dddd eeee', 14)).toEqual(['aaaa bbbb,', 'cccc dddd eeee']);
    expect(sentencesOf('aaaa bbbb cccc', 10)).toEqual(['aaaa bbbb', 'cccc']);
    expect(sentencesOf('a'.repeat(25), 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)]);
    expect(sentencesOf(`a${'𠀀'.repeat(5)}`, 4)).toEqual(['a𠀀', '𠀀𠀀', '𠀀𠀀']);
  });
});
