import { transcriptionRequest } from './__fixtures__/google-bench.js';
import { toTranscript } from './google.transcript.js';

describe('the text of several results of Google', () => {
  it.each([
    [['こんにちは。', 'ja-jp'], ['今日は天気です。', 'ja-jp'], 'こんにちは。今日は天気です。'],
    [['你好。', 'cmn-hans-cn'], ['Hello there.', 'en-us'], '你好。 Hello there.'],
    [['Hello there.', 'th-th'], ['How are you?', 'th-th'], 'Hello there. How are you?'],
    [['Hello.', 'en-us'], ['你好。', 'cmn-hans-cn'], 'Hello. 你好。'],
  ] as const)('has spaces where its words do: %j and %j', (one, other, text) => {
    const results = [one, other].map(([transcript, languageCode]) => ({ alternatives: [{ transcript }], languageCode }));
    expect(toTranscript({ results }, transcriptionRequest(), 'google').text).toBe(text);
  });
});
