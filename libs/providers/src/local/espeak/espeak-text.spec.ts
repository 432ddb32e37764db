import { textForEspeak } from './espeak-text.js';

describe('textForEspeak', () => {
  it('leaves what people write alone', () => {
    for (const text of [
      'Guten Tag.',
      '[x]',
      `${'One more sentence, and then another. '.repeat(40)}End`,
      '今天天气很好，我们去公园散步。'.repeat(30),
    ])
      expect(textForEspeak(text)).toBe(text);
  });

  it('begins no notation of phonemes', () => {
    expect(textForEspeak('[[kV:mp]]')).toBe('[ [kV:mp]]');
  });

  it('cuts words that are too long, and loses no letter', () => {
    for (const text of ['7'.repeat(500), 'きょうはてんきがいいです'.repeat(30), 'приветмир'.repeat(60)]) {
      const read = textForEspeak(text);
      expect(read.replaceAll(/[ ,]/gu, '')).toBe(text);
      for (const word of read.split(/[ ,]+/u)) expect(Array.from(word).length).toBeLessThanOrEqual(40);
    }
  });

  it.each([
    ['numbers in a row', '1234567 '.repeat(60).trim(), 66],
    ['numbers in a column', '1234567\n'.repeat(60).trim(), 66],
    ['Chinese without a pause', '今天天气很好我们去公园散步'.repeat(40), 133],
    ['Korean without a pause', '안녕하세요 '.repeat(80).trim(), 133],
  ])('gives %s pauses', (_, text, most) => {
    const read = textForEspeak(text);
    expect(read.replaceAll(/[\s,]/gu, '')).toBe(text.replaceAll(/\s/gu, ''));
    for (const clause of read.split(',')) expect(Array.from(clause.replaceAll(/\s/gu, '')).length).toBeLessThanOrEqual(most);
  });
});
