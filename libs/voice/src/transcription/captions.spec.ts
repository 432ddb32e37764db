import { toSubRip, toWebVtt } from './captions.js';

const segments = [
  { start: 0, end: 1.2345, text: 'Hello there.' },
  { start: 61.9996, end: 3723.004, text: 'a < b & c\n\n--> d' },
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
});
