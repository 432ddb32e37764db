import { joinTranscripts } from './join-transcripts.js';

describe('joinTranscripts', () => {
  it.each([
    [['One.', ' ', 'Two. '], 'One. Two.'],
    [['こんにちは。', '今日は天気です。'], 'こんにちは。今日は天気です。'],
  ])('makes one text of the parts %j', (texts, whole) => {
    const parts = texts.map((text, index) => ({ offset: 10 * index, transcript: { text, duration: 10, warnings: [] } }));
    expect(joinTranscripts(parts)).toMatchObject({ text: whole, duration: 10 * texts.length });
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
        ['Hello.', 'en'],
        ['Wie geht es Ihnen?', 'de'],
        ['Und sonst?', 'de'],
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
  ] as const)('names the language %s', (_, heard, language) => {
    const parts = heard.map(([text, spoken], index) => ({
      offset: 10 * index,
      transcript: { text, language: spoken, duration: 10, warnings: [] },
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
    expect(segments).toMatchObject(times);
    expect(words).toMatchObject(times);
  });
});
