import { DeepgramClient, DeepgramError } from '@deepgram/sdk';
import { isAudio } from '../audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio } from '../audio/spoken-audio.js';
import type { StandIn } from '../stand-in.js';
import { DEEPGRAM_KEY, startDeepgramStandIn } from './deepgram.stand-in.js';

describe("the stand-in for Deepgram, asked by Deepgram's own client", () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startDeepgramStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());
  const client = (apiKey = DEEPGRAM_KEY) => new DeepgramClient({ apiKey, baseUrl: standIn.url, maxRetries: 0 });

  it.each(['mp3', 'flac', 'aac', 'opus', 'linear16'])('speaks %s', async (encoding) => {
    const answer = await client().speak.v1.audio.generate({ text: 'Hello.', model: 'aura-2-thalia-en', encoding });
    expect(isAudio(new Uint8Array(await answer.arrayBuffer()))).toBe(true);
  });

  it('hears a recording', async () => {
    const answer = await client().listen.v1.media.transcribeFile(spokenAudio('opus'), { model: 'nova-3', smart_format: true });
    expect(answer).toMatchObject({ results: { channels: [{ alternatives: [{ transcript: SPOKEN_TEXT }] }] } });
  });

  it('lists the projects of the key', async () => {
    await expect(client().manage.v1.projects.list()).resolves.toMatchObject({ projects: [{ name: 'Stand-in' }] });
    await expect(client('wrong').manage.v1.projects.list()).rejects.toMatchObject({ statusCode: 401 });
  });

  it('refuses a wrong key', async () => {
    const call = client('wrong').listen.v1.media.transcribeFile(spokenAudio('wav'), { model: 'nova-3' });
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DeepgramError);
    expect(error).toMatchObject({ statusCode: 401, body: { err_code: 'INVALID_AUTH' } });
  });

  it.each([
    ['an unknown model', { text: 'Hello.', model: 'nobody' }, 400],
    ['a rate the encoding does not have', { text: 'Hello.', model: 'aura-2-thalia-en', encoding: 'mp3', sample_rate: 8000 }, 400],
    ['a speed out of range', { text: 'Hello.', model: 'aura-2-thalia-en', speed: 2 }, 400],
    ['a text that is too long', { text: 'a'.repeat(2001), model: 'aura-2-thalia-en' }, 413],
    ['a text of nothing', { text: '', model: 'aura-2-thalia-en' }, 400],
  ])('refuses %s', async (_what, request, statusCode) => {
    await expect(client().speak.v1.audio.generate(request)).rejects.toMatchObject({ statusCode });
  });

  it.each([
    ['what is no audio', Buffer.from('This is no audio.'), {}],
    ['a language the model does not hear', spokenAudio('wav'), { language: 'en-CA' }],
    ['a parameter nobody knows', spokenAudio('wav'), { extra: 'x:y' }],
  ])('refuses %s', async (_what, recording, request) => {
    await expect(client().listen.v1.media.transcribeFile(recording, { model: 'nova-3', ...request })).rejects.toMatchObject({
      statusCode: 400,
    });
  });
});
