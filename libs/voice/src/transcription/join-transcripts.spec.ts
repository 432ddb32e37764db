import { joinTranscripts } from './join-transcripts.js';

describe('joinTranscripts', () => {
  it.each([
    [['One.', ' ', 'Two. '], 'One. Two.'],
    [['こんにちは。', '今日は天気です。'], 'こんにちは。今日は天気です。'],
  ])('makes one text of the parts %j', (texts, whole) => {
    const parts = texts.map((text, index) => ({ offset: 10 * index, transcript: { text, duration: 10, warnings: [] } }));
    expect(joinTranscripts(parts)).toMatchObject({ text: whole, duration: 10 * texts.length });
  });
});
