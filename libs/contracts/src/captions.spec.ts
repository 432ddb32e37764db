import { toSubRip, toWebVtt } from './captions.js';

const segments = [
  { start: 0, end: 1.2345, text: 'Hello there.' },
  { start: 61.9996, end: 3723.004, text: 'a < b & c\n\n--> d' },
];

const captions = [
  { start: 0, end: 1.2345, text: ' Hello <b>you</b> & me.' },
  { start: 62.5, end: 3599.9996, text: 'One.\n\n Two --> three.' },
  { start: 90_000, end: 90_001, text: 'Late.' },
];

describe('captions', () => {
  it('writes SubRip', () => {
    expect(toSubRip(segments)).toBe(
      '1\n00:00:00,000 --> 00:00:01,235\nHello there.\n\n2\n00:01:02,000 --> 01:02:03,004\na < b & c\n-> d\n',
    );
  });

  it('writes WebVTT, escaped', () => {
    expect(toWebVtt(segments)).toBe(
      'WEBVTT\n\n00:00:00.000 --> 00:00:01.235\nHello there.\n\n00:01:02.000 --> 01:02:03.004\na &lt; b &amp; c\n-> d\n',
    );
  });

  it('is valid without any speech', () => {
    expect(toSubRip([])).toBe('');
    expect(toWebVtt([])).toBe('WEBVTT\n');
  });

  it('SubRip is numbered, and has no line that would end a caption too early', () => {
    expect(toSubRip(captions)).toBe(
      [
        '1\n00:00:00,000 --> 00:00:01,235\n Hello <b>you</b> & me.\n',
        '2\n00:01:02,500 --> 01:00:00,000\nOne.\nTwo -> three.\n',
        '3\n25:00:00,000 --> 25:00:01,000\nLate.\n',
      ].join('\n'),
    );
  });

  it('WebVTT has its title, and no letters that it would take for its own', () => {
    expect(toWebVtt(captions.slice(0, 1))).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:01.235\n Hello &lt;b>you&lt;/b> &amp; me.\n');
  });

  it('is made at once of a megabyte of white space', () => {
    expect(toSubRip([{ start: 0, end: 1, text: `a${' '.repeat(1e6)}b` }])).toHaveLength(1_000_000 + 35);
  });

  it('nothing said is nothing shown', () => {
    expect([toSubRip([]), toWebVtt([])]).toEqual(['', 'WEBVTT\n']);
  });
});

it.each([
  ['SubRip', toSubRip, '1\n00:00:01,000 --> 00:00:01,000\nOne.\n'],
  ['WebVTT', toWebVtt, 'WEBVTT\n\n00:00:01.000 --> 00:00:01.000\nOne.\n'],
])('%s has no cue without words, and none that ends before it begins', (_name, write, file) => {
  const odd = [
    { start: 0, end: 1, text: ' ' },
    { start: 1, end: 0, text: 'One.' },
  ];
  expect(write(odd)).toBe(file);
});
