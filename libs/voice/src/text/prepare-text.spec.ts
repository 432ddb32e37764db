import * as fc from 'fast-check';
import { prepareText } from './prepare-text.js';

const prepare = (text: string, preparation = {}) => prepareText(text, 10_000, preparation);

describe('prepareText', () => {
  it.each([
    ['Hello,   world.\r\n\r\n\r\nBye.', 'Hello, world.\nBye.'],
    ['# Title\n\nSome **bold**, _italic_ and `code`.', 'Title\nSome bold, italic and code.'],
    ['- one\n- two\n', 'one\ntwo'],
    ['3. three\n4. four', '3. three\n4. four'],
    ['1984. It was a year.', '1984. It was a year.'],
    ['See [the guide](https://example.com/x) or https://example.com/y now.', 'See the guide or now.'],
    ['See https://example.com/x. Then go.', 'See . Then go.'],
    ['See https://en.wikipedia.org/wiki/Mercury_(planet). Then go.', 'See . Then go.'],
    ['(See https://example.com/a_(b)_c, or https://example.com/d(e.) (f)', '(See , or (e.) (f)'],
    ['https://example.com(official)', '(official)'],
    ['Is it "https://example.com/x/"? Go.', 'Is it " "? Go.'],
    ['请访问https://example.com/x，然后点击确定。谢谢。', '请访问 ，然后点击确定。谢谢。'],
    ['詳細はhttps://example.com/a_bをご覧ください。', '詳細は をご覧ください。'],
    ['Смотрите https://пример.рф/путь. Потом', 'Смотрите . Потом'],
    ['Before\n\n```js\nlet x = 1;\n```\n\nAfter', 'Before\nAfter'],
    ['A paragraph.\n\n    An indented line is still text.', 'A paragraph.\nAn indented line is still text.'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', 'a, b\n1, 2'],
    ['[Anna]: Yes.\n[Борис]: Нет', '[Anna]: Yes.\n[Борис]: Нет'],
    ['[One][1] and [two][2].\n\n[1]: https://example.com\n[2]: notes.md "Title"', 'One and two.'],
    ['- [ ] Buy milk\n- [x] Call\n\n1. [x] **Pay**', 'Buy milk\nCall\n1. Pay'],
    ['> quoted words', 'quoted words'],
    ['2 * 3 * 4 and snake_case_name', '2 * 3 * 4 and snake_case_name'],
    ['5*3=15, 2*4=8, `2*3`: *2**10*', '5*3=15, 2*4=8, 2*3: 2**10'],
    ['Well done 👍🏽 team 🇫🇷!', 'Well done team !'],
    ['I 🤷\u200D♂ no, ❤\u200D🔥 ⚠ 🏳\u200D🌈 ☺\uFE0E ✔ yes 🏴\u200D☠ 👁\u200D🗨', 'I no, yes'],
    ['♂ and ♀, 3 ✖ 4, ★ © ™ ↔ ✓ ‼', '♂ and ♀, 3 ✖ 4, ★ © ™ ↔ ✓ ‼'],
    ['1️⃣ Open it. 2️⃣Press 4️⃣2️⃣ 👍!', '1 Open it. 2 Press 4 2 !'],
    ['<speak>Hello <break time="1s"/> there</speak>', 'Hello there'],
    ['if a < b then c > d', 'if a < b then c > d'],
    ['nul\0 and bell\x07 and \ud800 lone', 'nul and bell and lone'],
    ['It is so. \uE200cite\uE202turn0search1\uE201 And so\uE200 on', 'It is so. And so on'],
    ['Press \uE200 to go up and \uE201 to go down', 'Press to go up and to go down'],
    ['Recht\u00ADschrei\u00ADbung', 'Rechtschreibung'],
    ['one page\ftwo\rthree\vfour\u0085five\u2028six', 'one page\ntwo\nthree\nfour\nfive\nsix'],
    ['-t -o /etc/passwd', '-t -o /etc/passwd'],
    ['שלום עולם', 'שלום עולם'],
    ['cafe\u0301', 'café'],
    ['Tom &amp; Jerry', 'Tom & Jerry'],
    ['co&#173;operate, &#x200B;so&#8288;on&#xFEFF;', 'cooperate, soon'],
  ])('%j is spoken as %j', (text, spoken) => {
    expect(prepare(text)).toBe(spoken);
  });

  it('can leave things as they are', () => {
    expect(prepare('*a* https://x.y 👍', { markdown: false, links: false, emoji: false })).toBe('*a* https://x.y 👍');
  });

  it('replaces whole words by how they are said, in the letter case given', () => {
    expect(prepare('SQL, NoSQL and C++ ($1).', { pronunciations: { SQL: 'sequel', 'C++': 'C plus plus $&' } })).toBe(
      'sequel, NoSQL and C plus plus $& ($1).',
    );
  });

  it.each([
    ['कमी है, कम है', { कम: 'थोड़ा' }, 'कमी है, थोड़ा है'],
    ['می\u200Cخواهم', { می: 'x' }, 'می\u200Cخواهم'],
    ['re\u0301sume\u0301 of a cafe\u0301', { re: 'x', café: 'kaffay' }, 'résumé of a kaffay'],
    ['a cafe', { 'cafe\u0301': 'x' }, 'a cafe'],
    ['SQL, DB', { SQL: 'DB', DB: 'database' }, 'DB, database'],
    ['C and C++', { C: 'see', 'C++': 'C plus plus' }, 'see and C plus plus'],
    ['nothing', { '': 'x' }, 'nothing'],
    ['用SQL查询，MySQL也行', { SQL: 'sequel' }, '用sequel查询，MySQL也行'],
    ['我在重庆住。', { 重庆: 'chóng qìng' }, '我在chóng qìng住。'],
    ['ใช้SQLกับกาแฟ', { SQL: 'sequel', กา: 'x' }, 'ใช้sequelกับกาแฟ'],
  ])('replaces in %j by %j no part of a word, and nothing twice', (text, pronunciations, spoken) => {
    expect(prepare(text, { pronunciations })).toBe(spoken.normalize('NFC'));
  });

  it.each(['', '   \n\t', '👍👍', '!?…—', '```\ncode\n```', 'https://example.com', '\u200B'])('refuses %j: nothing to speak', (text) => {
    expect(() => prepare(text)).toThrow(expect.objectContaining({ code: 'invalid', param: 'input' }));
  });

  it('counts characters, not UTF-16 units, and takes no more than the limit', () => {
    expect(prepareText('𝐀'.repeat(10), 10)).toHaveLength(20);
    expect(() => prepareText('a'.repeat(11), 10)).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  it('keeps every plain word in order, whatever the text', () => {
    const word = fc.stringMatching(/^[a-z]{2,8}$/);
    const sentences = fc.array(
      fc.tuple(fc.array(word, { minLength: 1, maxLength: 12 }), fc.constantFrom('. ', '! ', '?\n', '\n\n', ', ')),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(sentences, (parts) => {
        const text = parts.map(([words, end]) => words.join(' ') + end).join('');
        expect(prepare(text).match(/[a-z]+/g)).toEqual(text.match(/[a-z]+/g));
      }),
    );
  });

  it('never throws anything but its own errors', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        try {
          expect(prepare(text)).toMatch(/[\p{L}\p{N}]/u);
        } catch (error) {
          expect(error).toMatchObject({ code: 'invalid' });
        }
      }),
    );
  });
});
