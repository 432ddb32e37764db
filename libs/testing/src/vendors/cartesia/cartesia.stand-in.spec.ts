import Cartesia, { AuthenticationError, BadRequestError, NotFoundError, toFile } from '@cartesia/cartesia-js';
import { audioKind } from '../audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio } from '../audio/spoken-audio.js';
import type { StandIn } from '../stand-in.js';
import { CARTESIA_KEY, startCartesiaStandIn } from './cartesia.stand-in.js';

describe("the stand-in for Cartesia, as Cartesia's own client sees it", () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startCartesiaStandIn();
  });
  afterAll(() => standIn.close());

  const client = (apiKey = CARTESIA_KEY) => new Cartesia({ baseURL: standIn.url, apiKey, maxRetries: 0 });
  const mp3 = { container: 'mp3', sample_rate: 44_100, bit_rate: 128_000 } as const;
  const wav = { container: 'wav', encoding: 'pcm_s16le', sample_rate: 24_000 } as const;
  const speech = { model_id: 'sonic-3', transcript: SPOKEN_TEXT, voice: 'f786b574-daa5-4673-aa0c-cbe3e8534c02', output_format: mp3 };

  it.each([
    ['mp3', mp3],
    ['wav', wav],
  ] as const)('speaks %s', async (kind, output_format) => {
    const answer = await client().tts.generate({
      ...speech,
      output_format,
      language: 'en',
      generation_config: { speed: 1.2, volume: 0.8 },
    });
    expect(audioKind(Buffer.from(await answer.arrayBuffer()))).toBe(kind);
  });

  it('hears a file, with words on demand', async () => {
    const file = await toFile(spokenAudio('mp3'), 'speech.mp3');
    const plain = await client().stt.transcribe({ file, model: 'ink-whisper' });
    expect([plain.text, plain.language, plain.words]).toEqual([SPOKEN_TEXT, 'en', undefined]);
    const timed = await client().stt.transcribe({ file, model: 'ink-whisper', language: 'en', timestamp_granularities: ['word'] });
    expect(timed.words?.map(({ word }) => word)).toEqual(SPOKEN_TEXT.split(' '));
  });

  it('hears samples', async () => {
    const file = await toFile(spokenAudio('pcm'), 'speech.pcm');
    const heard = client().stt.transcribe({ file, model: 'ink-whisper', encoding: 'pcm_s16le', sample_rate: 24_000 });
    await expect(heard).resolves.toMatchObject({ text: SPOKEN_TEXT, duration: 2 });
  });

  it('lists voices', async () => {
    const { data } = await client().voices.list({ limit: 1 });
    expect(data).toMatchObject([{ name: 'Katie', language: 'en' }]);
  });

  it('refuses as the original does', async () => {
    await expect(client('sk_car_wrong').voices.list()).rejects.toThrow(AuthenticationError);
    await expect(client().voices.list({ limit: 200 })).rejects.toThrow(BadRequestError);
    await expect(client('sk_car_wrong').tts.generate(speech)).rejects.toThrow(AuthenticationError);
    await expect(client().tts.generate({ ...speech, voice: '00000000' })).rejects.toThrow(NotFoundError);
    await expect(client().tts.generate({ ...speech, generation_config: { speed: 9 } })).rejects.toThrow(BadRequestError);
    await expect(client().tts.generate({ ...speech, language: 'en', locale: 'en-GB' })).rejects.toThrow(BadRequestError);
    const file = await toFile(Buffer.from('no audio'), 'speech.mp3');
    await expect(client().stt.transcribe({ file, model: 'ink-whisper' })).rejects.toThrow(BadRequestError);
  });

  it.each([
    ['2026-03-01', 'application/json', /^\{"error_code":"unauthorized","title":"Unauthorized",/],
    ['2025-04-16', 'text/plain; charset=utf-8', /^Unauthorized: /],
  ])('puts errors as version %s does', async (version, type, body) => {
    const answer = await fetch(`${standIn.url}/tts/bytes`, { method: 'POST', headers: { 'cartesia-version': version } });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, type]);
    expect(await answer.text()).toMatch(body);
  });
});
