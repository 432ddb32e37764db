import { OPENAI_KEY, spokenAudio, startOpenaiStandIn, type StandIn } from '@parlance/testing';
import { createProvider } from '../create-provider.js';
import { ConnectionPools } from '../http/connection-pools.js';

describe('languages at OpenAI', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startOpenaiStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());

  async function heardIn(language?: string) {
    const pools = new ConnectionPools();
    const options = { baseUrl: `${standIn.url}/v1`, apiKey: OPENAI_KEY };
    const { transcription } = createProvider({ name: 'openai', provider: 'openai-compatible', options }, pools, {});
    const recording = { bytes: spokenAudio('mp3'), format: 'mp3' as const };
    try {
      return await transcription!.transcribe(
        { recording, model: 'whisper-1', ...(language === undefined ? {} : { language }) },
        new AbortController().signal,
      );
    } finally {
      await pools.close();
    }
  }

  it.each(['en-US', 'fil', 'fil-PH', 'jv', 'nb', 'nb-NO', 'nn', 'he', 'yue'])(
    '%s is asked for by a code that is known there',
    async (language) => {
      await expect(heardIn(language)).resolves.toMatchObject({ duration: 2 });
    },
  );

  it.each([
    ['english', 'en'],
    ['bengali', 'bn'],
    ['cantonese', 'yue'],
    ['haitian creole', 'ht'],
    ['javanese', 'jv'],
    ['lao', 'lo'],
    ['maori', 'mi'],
    ['myanmar', 'my'],
    ['nynorsk', 'nn'],
    ['Tagalog', 'fil'],
    ['pt-BR', 'pt-BR'],
    ['gibberish', undefined],
  ])('%s in an answer is %s', async (named, language) => {
    const body = JSON.stringify({ text: 'Heard.', language: named, duration: 2 });
    standIn.fail({ kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body });
    expect((await heardIn()).language).toBe(language);
  });
});
