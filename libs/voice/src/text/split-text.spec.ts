import * as fc from 'fast-check';
import { isOneSentence, measure, splitText } from './split-text.js';

const roomy = { unit: 'characters', value: 1000 } as const;

describe('splitText', () => {
  it('leaves one sentence whole', () => {
    expect(splitText('Hello there.', 'en', roomy)).toEqual(['Hello there.']);
  });

  it('makes the first sentence a piece of its own and packs the rest', () => {
    expect(splitText('One is here. Two is here. Three is here.', 'en', roomy)).toEqual(['One is here.', 'Two is here. Three is here.']);
  });

  it('is not fooled by abbreviations, initials and stray quotation marks', () => {
    expect(splitText('Dr. Smith met J. R. Jones. They talked.', 'en', roomy)).toEqual(['Dr. Smith met J. R. Jones.', 'They talked.']);
    expect(splitText('"Stop!" he said. "Now."', 'en', roomy)[0]).toMatch(/^"Stop!"/);
  });

  it.each([
    ['ru', 'Он живёт на ул. Ленина.', 'Там тихо.'],
    ['ru', 'Это сделал проф. Иванов, т. е. Пётр.', 'Всё.'],
    ['de', 'Wir treffen Fr. Schmidt, z. B. Anna.', 'Gut.'],
    ['es', 'El Sr. García y la Sra. López.', 'Hola.'],
    ['fr', 'Voici Mme. Blanc.', 'Adieu.'],
    ['en', 'The committee that met for hours yesterday evening was led by Prof. Smith, of the U.S. Army.', 'It ended late.'],
  ])('knows the abbreviations of %s: %j', (language, first, second) => {
    expect(splitText(`${first} ${second}`, language, roomy)).toEqual([first, second]);
  });

  it('takes a long list of letters for sentences after all', () => {
    const pieces = splitText('A. '.repeat(1000).trim(), 'en', roomy);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(400);
  });

  it.each([
    ['... Well. I do not know.', ['... Well.', 'I do not know.']],
    ['?! ... Well. I do not know.', ['?! ... Well.', 'I do not know.']],
    ['—\nWell.\n* * *\nI do not know.', ['— Well. * * *', 'I do not know.']],
    ['¿ ! Hola. Que tal.', ['¿ ! Hola.', 'Que tal.']],
  ])('makes no piece without a word: %j', (text, pieces) => {
    expect(splitText(text, 'en', roomy)).toEqual(pieces);
  });

  it('leaves out rows of signs that do not fit, in which there is no word', () => {
    const limit = { unit: 'characters', value: 20 } as const;
    expect(splitText(`${'-'.repeat(50)} Well. ${'.'.repeat(50)} I do not know.`, 'en', limit).filter((piece) => !/\w/.test(piece))).toEqual(
      [],
    );
    expect(splitText(`${'-'.repeat(50)}word`, 'en', limit).join('')).toContain('word');
  });

  it('takes line breaks and other scripts for borders too', () => {
    expect(splitText('A title\nA text.', 'en', roomy)).toEqual(['A title', 'A text.']);
    expect(splitText('你好。再见。', 'zh', roomy)).toEqual(['你好。', '再见。']);
  });

  it('keeps the lines of a list within a piece, and none of prose that was broken where a line was full', () => {
    expect(splitText('Buy:\nMilk\nBread. Rye.\nEggs', 'en', roomy)).toEqual(['Buy:', 'Milk\nBread. Rye.\nEggs']);
    const prose = 'This goes on and on until the line is quite full\nand then on the next.';
    expect(splitText(`Hello.\n${prose}\nYes`, 'en', roomy)).toEqual(['Hello.', `${prose.replace('\n', ' ')}\nYes`]);
  });

  it('cuts what does not fit at a comma, else a space, else between characters', () => {
    expect(splitText('alpha beta, gamma delta', 'en', { unit: 'characters', value: 14 })).toEqual(['alpha beta,', 'gamma delta']);
    expect(splitText('alpha beta gamma', 'en', { unit: 'characters', value: 12 })).toEqual(['alpha beta', 'gamma']);
    expect(splitText('abcdefgh', 'en', { unit: 'characters', value: 3 })).toEqual(['abc', 'def', 'gh']);
    expect(splitText('жжжж', 'ru', { unit: 'utf8-bytes', value: 4 })).toEqual(['жж', 'жж']);
  });

  it.each([
    ['th', 40, 'ประเทศไทยเป็นประเทศที่สวยงามมากและมีอาหารอร่อยมากมาย', ['ประเทศไทยเป็นประเทศที่สวยงามมากและมี', 'อาหารอร่อยมากมาย']],
    [
      'ja',
      18,
      '私は昨日友達と一緒に東京駅の近くにある新しいレストランで食べました',
      ['私は昨日友達と一緒に東京駅の近くに', 'ある新しいレストランで食べました'],
    ],
  ])('cuts no word in %s, which is written without spaces', (language, value, text, pieces) => {
    expect(splitText(text, language, { unit: 'characters', value })).toEqual(pieces);
  });

  it.each(['characters', 'utf8-bytes'] as const)('keeps a limit in %s that one character with its marks is longer than', (unit) => {
    const text = `a${'\u0301'.repeat(100)}👍🏽 b`;
    const pieces = splitText(text, 'en', { unit, value: 30 });
    for (const piece of pieces) expect(measure(piece, unit)).toBeLessThanOrEqual(30);
    expect(pieces.join('')).toMatch(/^a\u0301+.*b$/u);
    expect(splitText('𝐀𝐁', 'en', { unit, value: 1 })).toEqual(['𝐀', '𝐁']);
  });

  it('loses no word, doubles none, and keeps the limit, whatever the text', () => {
    const text = fc.array(fc.constantFrom('alpha', 'beta.', 'gamma,', 'Dr.', '"no!"', 'x', '3.14', 'привет.', '\n', 'end?'), {
      minLength: 1,
      maxLength: 120,
    });
    const limits = fc.record({
      unit: fc.constantFrom('characters' as const, 'utf8-bytes' as const),
      value: fc.integer({ min: 16, max: 300 }),
    });
    fc.assert(
      fc.property(text, limits, (words, limit) => {
        const whole = words.join(' ');
        fc.pre(whole.trim() !== '');
        const pieces = splitText(whole, 'en', limit);
        expect(pieces.join(' ').split(/\s+/)).toEqual(whole.trim().split(/\s+/));
        for (const piece of pieces) expect(measure(piece, limit.unit)).toBeLessThanOrEqual(limit.value);
      }),
    );
  });

  it('is quick on a long text without any space', () => {
    expect(splitText('a'.repeat(100_000), 'en', roomy)).toHaveLength(100);
  });

  it('looks for the ends of sentences in a piece of a long text at a time', () => {
    const segment = jest.spyOn(Intl.Segmenter.prototype, 'segment');
    expect(splitText('а! '.repeat(3000), 'ru', roomy).join(' ')).toBe('а! '.repeat(3000).trim());
    expect(Math.max(...segment.mock.calls.map(([text]) => text.length))).toBe(2000);
    segment.mockRestore();
  });
});

describe('isOneSentence', () => {
  it('is true of nothing that a segmenter takes for more', () => {
    const pieces = ['Hello', 'wörld', 'É', '3', ' ', ', ', '’', '"', '(', ')', ' – ', '.', '!', '?', 'e.g', '…', ':', 'Привет', '。']; // prettier-ignore
    const segmenters = ['en', 'de', 'fr', 'tr'].map((language) => new Intl.Segmenter(language, { granularity: 'sentence' }));
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 10 }).map((all) => all.join('').trim()),
        (text) => {
          if (text === '' || !isOneSentence(text)) return;
          found += 1;
          for (const segmenter of segmenters) expect([...segmenter.segment(text)]).toHaveLength(1);
        },
      ),
      { numRuns: 10_000 },
    );
    expect(found).toBeGreaterThan(200);
  });

  it.each(['One. Two.', 'What? Yes', 'one\ntwo', 'Привет. Мир', 'a: b'])('is false of %j', (text) => {
    expect(isOneSentence(text)).toBe(false);
  });
});
