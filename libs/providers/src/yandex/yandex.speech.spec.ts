import {
  formBody,
  spokenAudio,
  startYandexStandIn,
  synthesisLine,
  YANDEX_FOLDER,
  YANDEX_KEY,
  YANDEX_TOKEN,
  type StandIn,
} from '@parlance/testing';
import type { SpeechProvider, SpeechRequest } from '@parlance/contracts';
import { yandexAccount, yandexSpeech, type YandexAccount } from './__fixtures__/yandex-account.js';

const { signal } = new AbortController();

describe('what Yandex is sent to be spoken', () => {
  let standIn: StandIn;
  const accounts: YandexAccount[] = [];
  const speaker = (options: Record<string, unknown>): SpeechProvider => {
    const account = yandexAccount(standIn.url, { apiKey: YANDEX_KEY, ...options });
    accounts.push(account);
    return account.speech;
  };
  const speak = async (provider: SpeechProvider, changes: Partial<SpeechRequest>) => {
    const audio = await provider.speak(yandexSpeech(changes), signal);
    const parts: Uint8Array[] = [];
    for await (const part of audio.chunks) parts.push(part);
    return { ...audio, bytes: Buffer.concat(parts) };
  };
  const lastBody = () => JSON.parse(standIn.requests.at(-1)!.body.toString()) as Record<string, unknown>;
  beforeAll(async () => {
    standIn = await startYandexStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(async () => {
    await Promise.all(accounts.map(({ close }) => close()));
    await standIn.close();
  });

  it('is one hint for each setting in v3', async () => {
    const provider = speaker({ apiKey: undefined, iamToken: YANDEX_TOKEN, folderId: YANDEX_FOLDER });
    const options = { pitchShift: -50, unsafeMode: true };
    const { sampleRate, bytes, warnings } = await speak(provider, {
      voice: 'jane:evil',
      format: 'pcm',
      sampleRate: 16_000,
      speed: 1.5,
      volumeGain: 4,
      options,
    });
    expect(lastBody()).toEqual({
      text: 'Привет.',
      hints: [{ voice: 'jane' }, { role: 'evil' }, { speed: 1.5 }, { volume: -15 }, { pitchShift: -50 }],
      outputAudioSpec: { rawAudio: { audioEncoding: 'LINEAR16_PCM', sampleRateHertz: '16000' } },
      loudnessNormalizationType: 'LUFS',
      unsafeMode: true,
    });
    const [{ headers, path }] = standIn.requests as [StandIn['requests'][number]];
    expect(path).toBe('/tts/v3/utteranceSynthesis');
    expect(headers).toMatchObject({ authorization: `Bearer ${YANDEX_TOKEN}`, 'x-folder-id': YANDEX_FOLDER });
    expect(sampleRate).toBe(16_000);
    expect(bytes.equals(spokenAudio('pcm'))).toBe(true);
    expect(warnings).toEqual([]);
  });

  it('is a form in v1', async () => {
    const provider = speaker({ speechApi: 'v1', folderId: YANDEX_FOLDER });
    const { sampleRate } = await speak(provider, {
      text: 'Ишимбай & «Кь+бь» 100%',
      voice: 'alena',
      language: 'ru',
      format: 'pcm',
      sampleRate: 24_000,
      speed: 0.5,
      options: { role: 'good' },
    });
    expect(Object.fromEntries(formBody(standIn.requests[0]!))).toEqual({
      text: 'Ишимбай & «Кь+ бь» 100%',
      lang: 'ru-RU',
      voice: 'alena',
      emotion: 'good',
      speed: '0.5',
      format: 'lpcm',
      sampleRateHertz: '48000',
      folderId: YANDEX_FOLDER,
    });
    expect(standIn.requests[0]!.headers.authorization).toBe(`Api-Key ${YANDEX_KEY}`);
    expect(sampleRate).toBe(48_000);
  });

  it.each([
    [{ format: 'mp3', sampleRate: 16_000 }, 'sampleRate'],
    [{ pitch: 2 }, 'pitch'],
    [{ options: { role: 1 } }, 'options.role'],
    [{ options: { constructor: 'x' } }, 'options.constructor'],
  ] as const)('%j is warned of', async (changes, param) => {
    for (const speechApi of ['v1', 'v3']) {
      expect((await speak(speaker({ speechApi }), changes)).warnings).toMatchObject([{ code: 'unsupported_option', param }]);
    }
  });

  it.each(['v1', 'v3'])('takes every voice in every role of %s', async (speechApi) => {
    const provider = speaker({ speechApi });
    const { voices, formats } = provider.capabilities;
    for (const { id, languages } of voices) await speak(provider, { voice: id, language: languages[0]!, format: formats[1]! });
    expect(standIn.requests).toHaveLength(voices.length);
    expect(voices.map(({ id }) => id).includes('dasha:friendly')).toBe(speechApi === 'v3');
  });

  it('leaves room for Cyrillic in the form of v1', async () => {
    const provider = speaker({ speechApi: 'v1', folderId: YANDEX_FOLDER });
    await speak(provider, {
      text: 'ж'.repeat(provider.capabilities.maximumText.value / 2),
      voice: 'marina:friendly',
      speed: 1.25,
      format: 'pcm',
    });
    expect(standIn.requests[0]!.body.length).toBeGreaterThan(14_000);
  });

  it('reads characters of markup as characters, unless they are meant', async () => {
    const provider = speaker({});
    const text = 'a+b, 2+2, **now** [[v a]] sil<[300]> <[small]> C++';
    await speak(provider, { text });
    expect(lastBody()['text']).toBe('a+ b, 2+2,   now   ((v a)) sil (300)   (small)  C++');
    await speak(provider, { text, options: { markup: true } });
    expect(lastBody()['text']).toBe(text);
  });

  it('lets Yandex split what is long, or slow', async () => {
    const provider = speaker({ unsafeMode: true });
    expect(provider.capabilities.maximumText.value).toBeGreaterThan(4000);
    await speak(provider, { text: 'Слово. '.repeat(500) });
    expect(lastBody()['unsafeMode']).toBe(true);
    await speak(speaker({}), { speed: 0.5 });
    expect(lastBody()['unsafeMode']).toBe(true);
    await speak(speaker({}), {});
    expect(lastBody()).not.toHaveProperty('unsafeMode');
  });

  it.each([
    ['grpcCode', { error: { grpcCode: 8, httpCode: 429, message: 'Слишком часто: Привет.', httpStatus: 'Too Many Requests' } }, 'rate'],
    ['code', { error: { code: 3, message: 'Bad role', details: [] } }, 'invalid'],
    ['nothing', { error: {} }, 'server'],
  ])('tells an error in the middle of the lines, with %s', async (_name, error, code) => {
    const body = `${synthesisLine(spokenAudio('mp3').subarray(0, 3000), 0, 'Привет.')}${JSON.stringify(error)}\n`;
    standIn.fail({ kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body });
    const { chunks } = await speaker({}).speak(yandexSpeech(), signal);
    const iterator = chunks[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toHaveLength(3000);
    const failure: unknown = await iterator.next().catch((reason: unknown) => reason);
    expect(failure).toMatchObject({ code, provider: 'yandex' });
    expect(String(failure)).not.toContain('Привет');
  });
});
