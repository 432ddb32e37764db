import { ElevenLabs, ElevenLabsClient, ElevenLabsError } from '@elevenlabs/elevenlabs-js';
import { audioKind } from '../audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio } from '../audio/spoken-audio.js';
import type { StandIn } from '../stand-in.js';
import { ELEVENLABS_KEY, startElevenlabsStandIn } from './elevenlabs.stand-in.js';

describe("the stand-in for ElevenLabs, as ElevenLabs' own client sees it", () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startElevenlabsStandIn();
  });
  afterAll(() => standIn.close());

  const client = (apiKey = ELEVENLABS_KEY) => new ElevenLabsClient({ baseUrl: standIn.url, apiKey, maxRetries: 0 });
  const voice = 'JBFqnCBsd6RMkjVDRZzb';
  const text = SPOKEN_TEXT;

  it.each([
    ['mp3_44100_128', 'mp3'],
    ['opus_48000_64', 'ogg'],
  ] as const)('speaks %s', async (outputFormat, kind) => {
    const settings = { modelId: 'eleven_flash_v2_5', languageCode: 'en', voiceSettings: { stability: 0.5, speed: 1.1 } };
    const stream = await client().textToSpeech.stream(voice, { text, outputFormat, enableLogging: true, ...settings });
    expect(audioKind(Buffer.from(await new Response(stream).arrayBuffer()))).toBe(kind);
  });

  it('speaks without streaming', async () => {
    const stream = await client().textToSpeech.convert(voice, { text });
    expect(audioKind(Buffer.from(await new Response(stream).arrayBuffer()))).toBe('mp3');
  });

  it.each(['scribe_v2', 'scribe_v1'])('hears with %s', async (modelId) => {
    const file = { data: spokenAudio('mp3'), filename: 'speech.mp3', contentType: 'audio/mpeg' };
    const heard = await client().speechToText.convert({ modelId, file, languageCode: 'en', tagAudioEvents: false, temperature: 0 });
    expect(heard).toMatchObject({ text, languageCode: 'eng', audioDurationSecs: 2 });
    expect('words' in heard && heard.words.filter(({ type }) => type === 'word').map((word) => word.text)).toEqual(text.split(' '));
  });

  it('lists models', async () => {
    await expect(client().models.list()).resolves.toMatchObject([{ modelId: 'eleven_multilingual_v2', canDoTextToSpeech: true }]);
  });

  it('refuses as the original does', async () => {
    await expect(client('sk_wrong').models.list()).rejects.toMatchObject({ statusCode: 401 });
    const wrongKey = client('sk_wrong').textToSpeech.stream(voice, { text });
    await expect(wrongKey).rejects.toMatchObject({ statusCode: 401, body: { detail: { status: 'invalid_api_key' } } });
    await expect(wrongKey).rejects.toBeInstanceOf(ElevenLabsError);
    await expect(client().textToSpeech.stream('nobody', { text })).rejects.toMatchObject({ statusCode: 404 });
    await expect(client().textToSpeech.stream(voice, { text, voiceSettings: { speed: 9 } })).rejects.toMatchObject({ statusCode: 400 });
    await expect(client().textToSpeech.stream(voice, { text, modelId: 'eleven_v3', languageCode: 'English' })).rejects.toMatchObject({
      statusCode: 400,
    });
    const file = { data: Buffer.from('no audio'), filename: 'speech.mp3' };
    await expect(client().speechToText.convert({ modelId: 'scribe_v2', file })).rejects.toMatchObject({ statusCode: 400 });
    await expect(client().speechToText.convert({ modelId: 'scribe_v2', file, numSpeakers: 40 })).rejects.toBeInstanceOf(
      ElevenLabs.UnprocessableEntityError,
    );
  });
});
