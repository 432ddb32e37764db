import * as fc from 'fast-check';
import { Lexer } from 'marked';
import { isPlain } from './prepare-text.js';
import { wordsOfMarkdown } from './words-of-markdown.js';

const PIECES = ['Hello', 'wörld', 'été', '3', '1.', 'a', 'www.example.com', 'x-y', '-', '–', '(', ')', '"', "'", '“', '’', ',', '.', ';', ':', '?', '!', ' ', '  ', '    ', '#', '*', '_', '`', '\n', '\t', '>', '[', ']', '&', '<b>', '😀', 'http://x.y', '~', '|', '\\', '@', '/']; // prettier-ignore

describe('wordsOfMarkdown', () => {
  it('has nothing to take out of a plain text, which is why that is not read as markdown', () => {
    let plain = 0;
    const text = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (one) => {
        if (!isPlain(one)) return;
        plain += 1;
        expect(wordsOfMarkdown(one).trim()).toBe(one.trim());
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(500);
  });

  it.each(['**bold**', 'a `b`', '# Title', 'two\nlines', '1. one', '<b>x</b>', 'a & b', 'https://example.com', 'Hi 😀', ' indented', ''])(
    'is asked for %j',
    (text) => expect(isPlain(text)).toBe(false),
  );

  it.each([
    ['emphasis', '**a_b*c__ '],
    ['what is struck out', '~a~~b '],
  ])('looks for the ends of %s nearby, and not in all of a long text', (_, beginning) => {
    const read = jest.spyOn(Lexer.prototype, 'inlineTokens');
    expect(wordsOfMarkdown(beginning.repeat(100_000 / beginning.length))).not.toBe('');
    const longest = Math.max(...read.mock.calls.map(([source]) => source.length));
    read.mockRestore();
    expect(longest).toBeLessThanOrEqual(2000);
  });

  it('reads a long paragraph as one, wherever it is cut', () => {
    const sentence = 'Some **bold** words, [a link](https://example.com) and `code` 😀. ';
    const spoken = 'Some bold words, a link and code 😀. ';
    expect(wordsOfMarkdown(sentence.repeat(200)).trim()).toBe(spoken.repeat(200).trim());
    expect(wordsOfMarkdown('😀'.repeat(5001)).trim()).toBe('😀'.repeat(5001));
  });

  it('leaves as it is what is nested more deeply than can be read', () => {
    const nested = `${'>'.repeat(20_000)} words`;
    expect(wordsOfMarkdown(nested)).toBe(nested);
  });

  it.each(['* ', '> ', '- > '])('looks no more than some dozens of times through a text of %j alone', (sign) => {
    const read = jest.spyOn(Lexer.prototype, 'blockTokens');
    const text = `${sign.repeat(20_000)}words`;
    expect(wordsOfMarkdown(text)).toBe(text);
    const times = read.mock.calls.length;
    read.mockRestore();
    expect(times).toBeLessThanOrEqual(50);
    expect(wordsOfMarkdown(`${sign.repeat(20)}words`).trim()).toBe('words');
  });

  it('takes out tags and comments, and leaves what is neither', () => {
    expect(wordsOfMarkdown('<p>a<!-- <b> -->b<i>c</i> <d')).toBe('\na bc <d');
    expect(wordsOfMarkdown('<p>a<!-- b > c <!-- d')).toBe('\na<!-- b > c <!-- d');
    expect(wordsOfMarkdown('<p title="a > b">Hello</p> <a href=\'x>\' id=1>you</a>\n\n<p id="x>y')).toBe('\nHello\n  you \n\n\ny');
    expect(wordsOfMarkdown('<p>If a < b, I <3 you</p>')).toBe('\nIf a < b, I <3 you\n');
    expect(wordsOfMarkdown('<style>p > b { }</style><p>Hello</p><script>a("<p>")</script>')).toBe(' \nHello\n ');
  });

  it('hides scripts and styles within a paragraph, if they end', () => {
    expect(wordsOfMarkdown('Hello <script>*a*("x")</script> there, <STYLE>p{}</style>**b**')).toBe('Hello   there,  b\n');
    expect(wordsOfMarkdown('a </script> <script>b <style>c</script>')).toBe('a    \n');
    expect(wordsOfMarkdown('The `<script>` and `</script>`, a <script>b')).toBe('The <script> and </script>, a  b\n');
  });

  it.each([
    ['Use <your name> here', 'Use <your name> here'],
    ['<NAME>\n\nList<Integer> or `List<String>`', '<NAME> List<Integer> or List<String>'],
    ['if x<y and z>w, <first-name>', 'if x<y and z>w, <first-name>'],
    ['if a<b and c>d, i<u or p>q; <em>two</em> <p>', 'if a<b and c>d, i<u or p>q; two'],
    ['<speak>Hi <break> <foo>you</foo> <bar /> <b>two</b> <input disabled></speak>', 'Hi you two'],
  ])('takes for tags what HTML and SSML know, and what is closed or has values: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it.each([
    ['caf&eacute; &Uuml;ber &ntilde;', 'café Über ñ'],
    ['<p>it&#8217;s &#xE9;&#39;</p>', "it’s é'"],
    ['here&apos;s &mdash; &laquo;да&raquo;&hellip; Stra&szlig;e', "here's — «да»… Straße"],
    ['A &rarr; B&nbsp;&ne; &frac12;&ensp;m&sup2; &pi; 5&thinsp;&yen; a&shy;b', 'A → B ≠ ½ m² π 5 ¥ ab'],
    ['2 &sdot; 3, &Zdot;&oacute;&lstrok;w &Gbreve; &oelig; &check; &sum;', '2 ⋅ 3, Żółw Ğ œ ✓ ∑'],
    ['AT&T; R&D; &constructor;', 'AT&T; R&D; &constructor;'],
    ['<p>&#xFFFFFF; &#9999999; &#7;&#xD800; x</p>', '&#xFFFFFF; &#9999999; x'],
    ['Tom &amp;lt; Jerry', 'Tom &lt; Jerry'],
  ])('reads the characters that HTML has names and numbers for: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).normalize('NFC').replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it('parts lines where tags do, and no word', () => {
    expect(wordsOfMarkdown('<ul><li>Milk</li><li>un<b>believ</b>ably <i>good</i> bread</li></ul>').split('\n').filter(Boolean)).toEqual([
      'Milk',
      'unbelievably good bread',
    ]);
    expect(wordsOfMarkdown('Hello<br>there, H<sub>2</sub>O')).toBe('Hello\nthere, H2O\n');
  });

  it.each([
    ['**“重点”。**然后 and **b** x', '“重点”。然后 and b x'],
    ['他说**“你好”**然后', '他说“你好”然后'],
    ['- **Preis:**10 €\n- **Note:** text', 'Preis:10 € Note: text'],
    ['`x**y**z` and 2**3**4, a ** b ** c, ***both***', 'x**y**z and 2**3**4, a ** b ** c, both'],
    [String.raw`\*\*no\*\* and **a\**`, '**no** and *a*'],
  ])('reads what was meant to be bold beside punctuation: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it.each([
    ['<think>The user\n\n**wants** </think>\n\nHello', 'Hello'],
    ['\n<Thinking>a</Thinking> Hello <think>b</think>', 'Hello b'],
    ['The `<think>` tag ends with `</think>`.', 'The <think> tag ends with </think>.'],
    ['<think>without an end', 'without an end'],
    ['<thought>a</thought>Hello', 'Hello'],
    ['<reasoning>a</reasoning>Hello', 'Hello'],
    ['[THINK]a\n\nb[/THINK]Hello', 'Hello'],
    ['Okay, the user\n\nwants a\n</think>\n\nHello', 'Hello'],
    ['Hello\n```\n</think>\n```\nyou', 'Hello you'],
    ['It ends with\n`</think>`\n', 'It ends with </think>'],
  ])('leaves out what a model says to itself before its answer: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it('speaks notes where they stand, without their signs', () => {
    expect(wordsOfMarkdown('So it is.[^1] And[^12] so.\n\n[^1]: Smith 2020\n').split('\n').filter(Boolean)).toEqual([
      'So it is. And so.',
      'Smith 2020',
    ]);
    expect(wordsOfMarkdown('So.[^smith] `[^smith]` [^a-z]\n\n[^smith]: Smith 2020')).toBe('So. [^smith] [^a-z]\n\n\nSmith 2020\n');
    expect(wordsOfMarkdown('It is so【4:0†source】【12†notes.pdf】. 【重要】')).toBe('It is so. 【重要】\n');
    expect(wordsOfMarkdown('`[^1]`, [^1-9] and `a`[^2]')).toBe('[^1], [^1-9] and a\n');
  });

  it.each([
    ['3. Mai: Arzt\n10. Mai: Zahnarzt', '3. Mai: Arzt 10. Mai: Zahnarzt'],
    ['10. Anna\n9. Ben\n8. Carl', '10. Anna 9. Ben 8. Carl'],
    ['2024. A year.\n2020. Another.', '2024. A year. 2020. Another.'],
    ['1. a\n1. b\n   5. x\n   7. y\n1. c', '1. a 2. b 5. x 7. y 3. c'],
    ['  0. a\n  0. b', '0. a 1. b'],
    ['3. Mai\n3. Juni', '3. Mai 3. Juni'],
  ])('keeps the numbers of a list as they were written, and counts on where all are 0 or 1: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it.each([
    ['20~25度，30~35度', '20~25度，30~35度'],
    ['9:00~18:00、土曜は10:00~17:00', '9:00~18:00、土曜は10:00~17:00'],
    ['周一~周五，周六~周日, `1~2` and 3~**4**', '周一~周五，周六~周日, 1~2 and 3~4'],
    ['~5 to ~10, ~~old~~ new, un~~real~~, ~so~', '~5 to ~10, old new, unreal, so'],
    ['https://x.y/~a/~b', 'https://x.y/~a/~b'],
    ['~~~\ncode\n~~~\ntext', 'text'],
  ])('keeps the tildes of ranges, and none of what is struck out: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it('reads in a quotation what it reads elsewhere, line by line', () => {
    const quotation =
      '> # One\n> two\n>\n> - **three**\n> - four\n>\n> ```js\n> let code;\n> ```\n> | a | b |\n> |---|---|\n> | 1 | 2 |\n>\n> > five';
    expect(wordsOfMarkdown(quotation).split('\n').filter(Boolean)).toEqual(['One', 'two', 'three', 'four', 'a, b', '1, 2', 'five']);
  });

  it.each([
    ['```markdown\n# a\n```sh\nb\n```\n## c\n```\n\nThen **remember** it.', 'c Then remember it.'],
    ['Hello\n~~~\n**you**', 'Hello you'],
    ['Hello\n```', 'Hello'],
    ['> ```\n> a\n\n- ```\n  b\n\n- ```\n  code\n  ```\n', 'a b'],
    ['Hello\n```js\ncut(', 'Hello'],
    ['```\ncode\n````\n\n~~~\n```\n~~~~\nHello', 'Hello'],
  ])('speaks what is behind a fence that names no language and has no end: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it('speaks no commas for empty cells', () => {
    expect(wordsOfMarkdown('| | Price | |\n|---|---|---|\n| Milk | | cold |\n| | 3 € | |\n| | | |').split('\n').filter(Boolean)).toEqual([
      'Price',
      'Milk, cold',
      '3 €',
    ]);
  });

  it('keeps what a cell says by an emoji alone, as a sign', () => {
    const table = '| | A | B |\n|---|---|---|\n| Wifi | ✅ | ❌ |\n| GPS | ✔️ | **✖** |\n| Radio | ✅ Yes | ✗ |';
    expect(wordsOfMarkdown(table).split('\n').filter(Boolean)).toEqual(['A, B', 'Wifi, ✓, ✗', 'GPS, ✓, ✗', 'Radio, ✅ Yes, ✗']);
  });

  it.each([
    ['10<sup>9</sup>, 10<sup>-12</sup>, 5 km<sup>2</sup>, 1<sup>st</sup>', '10⁹, 10⁻¹², 5 km², 1st'],
    ['(a+b)<SUP>30</SUP> H<sub>2</sub>O', '(a+b)³⁰ H2O'],
  ])('keeps numbers raised that are: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).trim()).toBe(spoken);
  });

  it.each([
    ['---\ntitle: Hello\ntags:\n  - a\n- b\nlang: en\n---\n\n# Hi\n\nText.', 'Hi Text.'],
    ['---\nHello\n---\nText', 'Hello Text'],
    ['---\nSubject: Hello\n\nDear Anna\n---\nText', 'Subject: Hello Dear Anna Text'],
    ['Text\n\n---\ntitle: Hello\n---', 'Text title: Hello'],
  ])('leaves out what stands before a document about it: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it('reads what begins as if it were about a document, and has no end', () => {
    expect(wordsOfMarkdown(`---\na:\n${'        b\n'.repeat(20_000)}`).match(/b/g)).toHaveLength(20_000);
    expect(wordsOfMarkdown(`---\na:\n${'        b\n'.repeat(20_000)}---\nText`)).toBe('Text\n');
  });

  it('speaks the kind of a callout, or its title', () => {
    expect(wordsOfMarkdown('> [!NOTE]\n> Save **first**.\n\n> [!warning]- Hot\n> Let it cool.').split('\n').filter(Boolean)).toEqual([
      'Note:',
      'Save first.',
      'Hot',
      'Let it cool.',
    ]);
    expect(wordsOfMarkdown('[!NOTE] > [!TIP]')).toBe('[!NOTE] > [!TIP]\n');
  });

  it.each([
    ['many beginnings of tags', '<a '.repeat(30_000)],
    ['many values without an end', `<p ${'a="b" c="'.repeat(10_000)}`],
    ['a long name', `<p><a${'a'.repeat(1_000_000)}`],
    ['many beginnings of comments and scripts', `<p>${'<!--<script'.repeat(10_000)}</style>`],
  ])('leaves %s as they are', (_, text) => {
    expect(wordsOfMarkdown(text)).toContain(text.slice(3, 100));
  });
});
