import OpenAI, { AuthenticationError, BadRequestError, NotFoundError, toFile } from 'openai';
import { audioKind } from '../audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio } from '../audio/spoken-audio.js';
import type { StandIn } from '../stand-in.js';
import { OPENAI_KEY, startOpenaiStandIn } from './openai-compatible.stand-in.js';

describe("the stand-in for OpenAI's audio API, as OpenAI's own client sees it", () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startOpenaiStandIn();
  });
  afterAll(() => standIn.close());

  const client = (apiKey = OPENAI_KEY) => new OpenAI({ baseURL: `${standIn.url}/v1`, apiKey, maxRetries: 0 });
  const speech = { model: 'gpt-4o-mini-tts', voice: 'alloy', input: SPOKEN_TEXT } as const;

  it.each([
    ['mp3', 'mp3'],
    ['opus', 'ogg'],
    ['flac', 'flac'],
    ['wav', 'wav'],
  ] as const)('speaks %s', async (response_format, kind) => {
    const response = await client().audio.speech.create({ ...speech, response_format, instructions: 'softly', speed: 1.5 });
    expect(audioKind(Buffer.from(await response.arrayBuffer()))).toBe(kind);
  });

  it.each([
    ['gpt-transcribe', 'json'],
    ['whisper-1', 'verbose_json'],
  ] as const)('hears with %s', async (model, response_format) => {
    const file = await toFile(spokenAudio('mp3'), 'speech.mp3');
    expect(await client().audio.transcriptions.create({ model, response_format, language: 'en', file })).toMatchObject({
      text: SPOKEN_TEXT,
    });
  });

  it('lists models', async () => {
    const models = (await client().models.list()).data;
    expect(models).toContainEqual(expect.objectContaining({ id: 'whisper-1', object: 'model' }));
    expect(standIn.calls.some(({ path }) => path === '/v1/models')).toBe(false);
  });

  it('refuses as the original does', async () => {
    await expect(client('sk-wrong').models.list()).rejects.toThrow(AuthenticationError);
    await expect(client('sk-wrong').audio.speech.create(speech)).rejects.toThrow(AuthenticationError);
    await expect(client().audio.speech.create({ ...speech, model: 'tts-9' })).rejects.toThrow(NotFoundError);
    await expect(client().audio.speech.create({ ...speech, speed: 9 })).rejects.toThrow(BadRequestError);
    const text = await toFile(Buffer.from('no audio'), 'speech.mp3');
    await expect(client().audio.transcriptions.create({ model: 'whisper-1', file: text })).rejects.toThrow(BadRequestError);
  });
});
