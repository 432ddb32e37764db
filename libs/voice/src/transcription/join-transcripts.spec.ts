import { joinTranscripts } from './join-transcripts.js';

describe('joinTranscripts', () => {
  it.each([
    [['One.', ' ', 'Two. '], 'One. Two.'],
    [['こんにちは。', '今日は天気です。'], 'こんにちは。今日は天気です。'],
  ])('makes one text of the parts %j', (texts, whole) => {
    const parts = texts.map((text, index) => ({ offset: 10 * index, transcript: { text, duration: 10, warnings: [] } }));
    expect(joinTranscripts(parts)).toMatchObject({ text: whole, duration: 10 * texts.length });
  });

  it('makes no caption of a part in which nothing was said', () => {
    const parts = ['One.', ' '].map((text, index) => ({ offset: 10 * index, transcript: { text, duration: 10, warnings: [] } }));
    expect(joinTranscripts(parts).segments).toEqual([{ start: 0, end: 10, text: 'One.' }]);
  });

  it.each([
    [
      'of the text, not of silence before it',
      [
        ['', 'en'],
        ['Guten Tag.', 'de'],
        ['', 'en'],
      ],
      'de',
    ],
    [
      'most of it is in',
      [
        ['Good morning.', 'en'],
        ['Guten Tag.', 'de'],
        ['Und?', 'de'],
      ],
      'de',
    ],
    [
      'of the silence where there is nothing else',
      [
        ['', 'en'],
        ['', 'en'],
      ],
      'en',
    ],
    [
      'of another part where one has none',
      [
        ['Wie geht es Ihnen?', undefined],
        ['Hello.', 'en'],
      ],
      'en',
    ],
  ] as const)('names the language %s', (_, heard, language) => {
    const parts = heard.map(([text, spoken], index) => ({
      offset: 10 * index,
      transcript: { text, ...(spoken !== undefined && { language: spoken }), duration: 10, warnings: [] },
    }));
    expect(joinTranscripts(parts).language).toBe(language);
  });

  it('lets no part reach into the next, however long its provider takes it to be', () => {
    const heard = (end: number) => ({
      text: 'One.',
      duration: 30,
      segments: [{ start: 8, end, text: 'One.' }],
      words: [{ start: 8, end, word: 'One.' }],
      warnings: [],
    });
    const { segments, words } = joinTranscripts([
      { offset: 0, transcript: heard(30) },
      { offset: 12.5, transcript: heard(30) },
    ]);
    const times = [
      { start: 8, end: 12.5 },
      { start: 20.5, end: 42.5 },
    ];
    expect(segments).toEqual(times.map((time) => ({ ...time, text: 'One.' })));
    expect(words).toEqual(times.map((time) => ({ ...time, word: 'One.' })));
  });

  it('makes one caption of each part that comes without, and none of silence', () => {
    const parts = ['One.', '', 'Two.'].map((text, index) => ({ offset: 10 * index, transcript: { text, duration: 9, warnings: [] } }));
    const { segments, ...whole } = joinTranscripts(parts);
    expect(segments).toEqual([
      { start: 0, end: 9, text: 'One.' },
      { start: 20, end: 29, text: 'Two.' },
    ]);
    expect(Object.keys(whole)).toEqual(['text', 'duration', 'usage', 'warnings']);
  });

  it('counts what all of them cost, tells all their warnings, and is as sure as they are together', () => {
    const warning = (param: string) => ({ code: 'unsupported_option' as const, param, message: 'It was left out.' });
    const heard = { text: 'One.', duration: 10 };
    const parts = [
      { ...heard, usage: { seconds: 11, inputTokens: 100, outputTokens: 20 }, confidence: 0.9, warnings: [warning('prompt')] },
      { ...heard, usage: { seconds: 12, inputTokens: 90 }, warnings: [] },
      { ...heard, confidence: 0.5, warnings: [warning('temperature')] },
    ].map((transcript, index) => ({ offset: 10 * index, transcript }));
    expect(joinTranscripts(parts)).toMatchObject({
      usage: { seconds: 33, inputTokens: 190, outputTokens: 20 },
      confidence: 0.7,
      warnings: [warning('prompt'), warning('temperature')],
    });
  });

  it('leaves what is only one as it is', () => {
    const transcript = { text: ' One. ', duration: 10, warnings: [] };
    expect(joinTranscripts([{ offset: 0, transcript }])).toBe(transcript);
  });
});
