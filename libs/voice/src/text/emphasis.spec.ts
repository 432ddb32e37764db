import { wordsOfMarkdown } from './words-of-markdown.js';

describe('emphasis', () => {
  it.each([
    ['5*x + 3*y = 8, a*b*c = c*d', '5*x + 3*y = 8, a*b*c = c*d'],
    ['height*width*2 and 5*price*2', 'height*width*2 and 5*price*2'],
    ['用5*x和3*y', '用5*x和3*y'],
    ['Kolleg*innen, Nutzer*innen und **Schüler*innen** (*neu*)', 'Kolleg*innen, Nutzer*innen und Schüler*innen (neu)'],
    ['`a*b` and `c*d` *x* [a*b](x) [c*d](y)', 'a*b and c*d x a*b c*d'],
  ])('keeps the asterisks of arithmetic and of words: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it.each([
    ['un*believ*able *very*good *Haus*es super*duper thing*', 'unbelievable verygood Hauses superduper thing'],
    ['* *one*s\n* a *b\n  c*s', 'ones a b cs'],
    ['选择*中文*简体', '选择中文简体'],
    ['***both*** *a **b** c* \\*no\\*', 'both a b c *no*'],
  ])('leaves out those of emphasis within words: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it.each([
    ['*“das”*jetzt, *„das“*-Wort', '“das”jetzt, „das“-Wort'],
    ['他说*“你好”*然后*（重点）*', '他说“你好”然后（重点）'],
    ['- **Preis: **10 €\n- **Ort **Rom', 'Preis: 10 € Ort Rom'],
    ['f(**a, **b) 2 ** 3 ** 4', 'f(**a, **b) 2 ** 3 ** 4'],
    ['5*(a+b)*c', '5*(a+b)*c'],
  ])('reads what was meant beside punctuation and blanks: %j', (text, spoken) => {
    expect(wordsOfMarkdown(text).replaceAll(/\s+/g, ' ').trim()).toBe(spoken);
  });

  it('keeps the underscores of names of programming languages', () => {
    expect(wordsOfMarkdown('Call __init__, A.__getitem__() or __name__; __really__ and __this too__')).toBe(
      'Call __init__, A.__getitem__() or __name__; really and this too\n',
    );
  });

  it('reads a long paragraph behind an asterisk', () => {
    expect(wordsOfMarkdown(`*a${' b'.repeat(500_000)}`)).toHaveLength(1_000_003);
  });
});
