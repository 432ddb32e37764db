import type { Recording, TranscriptionProvider } from '@parlance/contracts';
import {
  recognitionEvents,
  SPOKEN_TEXT,
  spokenAudio,
  startYandexStandIn,
  StandIn,
  YANDEX_FOLDER,
  YANDEX_KEY,
  yandexError,
} from '@parlance/testing';
import { yandexAccount, yandexRecording, type YandexAccount } from './__fixtures__/yandex-account.js';
import { toTranscript } from './yandex.recognition-result.js';

const opus = spokenAudio('opus');
const seconds = (length: number, sampleRate = 16_000): Recording => ({
  bytes: new Uint8Array(length * sampleRate * 2),
  format: 'pcm',
  sampleRate,
});

describe('what Yandex is sent to be heard', () => {
  let standIn: StandIn;
  const accounts: YandexAccount[] = [];
  const listener = (options: Record<string, unknown> = {}, url = standIn.url): TranscriptionProvider => {
    const account = yandexAccount(url, { apiKey: YANDEX_KEY, folderId: YANDEX_FOLDER, ...options });
    accounts.push(account);
    return account.transcription;
  };
  const hear = (provider: TranscriptionProvider, changes = {}, { signal } = new AbortController()) =>
    provider.transcribe(yandexRecording(opus, changes), signal);
  const asked = () => standIn.requests.map(({ method, path }) => `${method} ${path.replace(/f8d.*/, 'id')}`);
  beforeAll(async () => {
    standIn = await startYandexStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(async () => {
    await Promise.all(accounts.map(({ close }) => close()));
    await standIn.close();
  });

  it('is one request where it is short and Russian', async () => {
    const transcript = await hear(listener(), { language: 'ru', options: { profanityFilter: true } });
    expect(transcript).toEqual({ text: SPOKEN_TEXT, duration: 2, language: 'ru-RU', usage: { seconds: 15 }, warnings: [] });
    const [request] = standIn.requests;
    expect(request!.path).toBe('/speech/v1/stt:recognize');
    expect(Object.fromEntries(request!.query)).toEqual({
      lang: 'ru-RU',
      topic: 'general',
      profanityFilter: 'true',
      format: 'oggopus',
      folderId: YANDEX_FOLDER,
    });
    expect(request!.body.equals(opus)).toBe(true);
  });

  it('is told what to write where it can be, by the request before its options', async () => {
    const normalization = { textNormalization: 'TEXT_NORMALIZATION_ENABLED', profanityFilter: true, literatureText: false };
    const options = { literatureText: true, profanityFilter: false };
    const long = await hear(listener({ literatureText: true }), {
      recording: seconds(31),
      options,
      punctuation: false,
      profanityFilter: true,
    });
    const { recognitionModel } = JSON.parse(standIn.requests[0]!.body.toString()) as { recognitionModel: { textNormalization: object } };
    expect([recognitionModel.textNormalization, long.warnings]).toEqual([normalization, []]);
    standIn.reset();
    const short = await hear(listener(), { language: 'ru', punctuation: false, profanityFilter: false });
    expect(Object.fromEntries(standIn.requests[0]!.query)).toMatchObject({ profanityFilter: 'false' });
    expect(short.warnings).toMatchObject([{ code: 'unsupported_option', param: 'punctuation' }]);
  });

  it('is a recognition that is waited for and deleted where it is not', async () => {
    const transcript = await hear(listener({ literatureText: true }), { recording: seconds(31), language: 'kk-KZ' });
    expect(transcript).toMatchObject({ text: SPOKEN_TEXT, language: 'en-US', duration: 2 });
    expect(transcript.words?.map(({ word }) => word).join(' ')).toBe(SPOKEN_TEXT);
    expect(asked()).toEqual([
      'POST /stt/v3/recognizeFileAsync',
      'GET /operations/id',
      'GET /operations/id',
      'GET /stt/v3/getRecognition',
      'DELETE /stt/v3/deleteRecognition',
    ]);
    const { content, ...body } = JSON.parse(standIn.requests[0]!.body.toString()) as { content: string };
    expect(Buffer.from(content, 'base64')).toHaveLength(31 * 32_000);
    expect(body).toEqual({
      recognitionModel: {
        model: 'general',
        audioFormat: { rawAudio: { audioEncoding: 'LINEAR16_PCM', sampleRateHertz: '16000', audioChannelCount: '1' } },
        textNormalization: { textNormalization: 'TEXT_NORMALIZATION_ENABLED', profanityFilter: false, literatureText: true },
        languageRestriction: { restrictionType: 'WHITELIST', languageCode: ['kk-KK'] },
        audioProcessingType: 'FULL_DATA',
      },
    });
    expect(standIn.requests[0]!.headers).toMatchObject({ authorization: `Api-Key ${YANDEX_KEY}`, 'x-folder-id': YANDEX_FOLDER });
    expect(standIn.requests.at(-1)!.query.get('operationId')).toMatch(/^f8d/);
  });

  it.each([
    ['29 s', { recording: seconds(29) }, {}, true],
    ['30 s', { recording: seconds(30) }, {}, false],
    ['20 s and more than 1 MB', { recording: seconds(20, 48_000) }, {}, false],
    ['nobody knows how long', { recording: { bytes: opus, format: 'ogg-opus' } }, {}, false],
    ['German', { language: 'de-DE' }, {}, false],
    ['in a language to be found out', { language: undefined }, {}, false],
    ['in a language to be found out, where v1 can', { language: undefined }, { shortLanguages: ['ru-RU', 'auto'] }, true],
    ['for the cheap queue', { model: 'deferred-general' }, {}, false],
  ])('goes the right way: %s', async (_name, changes, options, short) => {
    await hear(listener(options), changes);
    expect(asked()[0]).toBe(short ? 'POST /speech/v1/stt:recognize' : 'POST /stt/v3/recognizeFileAsync');
  });

  it('is refused where only v1 is wanted and it is too long', async () => {
    await expect(hear(listener({ transcriptionApi: 'v1' }), { recording: seconds(31) })).rejects.toMatchObject({ code: 'too_large' });
    expect(standIn.requests).toHaveLength(0);
  });

  it('stays at Yandex where that is wanted', async () => {
    await hear(listener({ keepResults: true }), { language: 'de-DE' });
    expect(asked()).not.toContain('DELETE /stt/v3/deleteRecognition');
  });

  it('is given up when it takes too long', async () => {
    const provider = listener({ pollingMilliseconds: 1000, deadlineMilliseconds: 500 });
    await expect(hear(provider, { language: 'de-DE' })).rejects.toMatchObject({ code: 'timeout', provider: 'yandex' });
    expect(asked()).toEqual(['POST /stt/v3/recognizeFileAsync', 'DELETE /stt/v3/deleteRecognition']);
  });

  it('is not given up when the time of day is put forward', async () => {
    const today = Date.now();
    let looks = 0;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => today + looks++ * 3_600_000);
    try {
      const provider = listener({ pollingMilliseconds: 1, deadlineMilliseconds: 60_000 });
      expect(await hear(provider, { language: 'de-DE' })).toMatchObject({ text: SPOKEN_TEXT });
    } finally {
      clock.mockRestore();
    }
  });

  it('is what the refined events say, in the order of their times', () => {
    const events = recognitionEvents('Good morning.', 'How are you?')
      .split(/(?<=^\})\n/m)
      .filter((text) => text.trim() !== '')
      .map((text) => (JSON.parse(text) as { result: unknown }).result);
    const request = yandexRecording(opus) as Parameters<typeof toTranscript>[1];
    const transcript = toTranscript(events.toReversed(), request);
    expect(toTranscript(events, request)).toMatchObject({
      text: 'Good morning. How are you?',
      duration: 4,
      segments: [
        { start: 0, end: 2, text: 'Good morning.' },
        { start: 2, end: 4, text: 'How are you?' },
      ],
    });
    // Refinements may only come after what they refine; nothing is lost when they do not.
    expect(transcript.text).toContain('How are you?');
    const raw = events.filter((event) => !Object.hasOwn(event as object, 'finalRefinement'));
    expect(toTranscript(raw, request).text).toBe('good morning how are you');
  });

  describe('with a service that has its moods', () => {
    let moody: StandIn;
    let states: { status: number; body: string }[];
    const state = (body: object, status = 200) => ({ status, body: JSON.stringify(body) });
    beforeAll(async () => {
      moody = new StandIn(({ path }) => {
        if (path.startsWith('/operations/') || path.endsWith('/getRecognition')) return states.shift() ?? state({ done: false });
        return state({ id: 'f8dmoody', done: false });
      });
      await moody.start();
    });
    afterAll(() => moody.close());
    const events = { status: 200, body: recognitionEvents(SPOKEN_TEXT) };
    const unavailable = { status: 503, body: String(yandexError('operations', 14, 'Unavailable').body) };
    const done = state({ id: 'f8dmoody', done: true });

    it('asks again after failures that pass, and for results that are late', async () => {
      states = [unavailable, unavailable, state({ done: false }), unavailable, done, state({ code: 5, message: 'not ready' }, 404), events];
      expect(await hear(listener({}, moody.url), { language: 'de-DE' })).toMatchObject({ text: SPOKEN_TEXT });
    });

    it('deletes a recognition whose caller has left', async () => {
      states = [];
      moody.reset();
      const leaving = new AbortController();
      const hearing = hear(listener({}, moody.url), { language: 'de-DE' }, leaving);
      const seen = (start: string) => moody.requests.some(({ method, path }) => `${method} ${path}`.startsWith(start));
      await until(() => seen('GET /operations/'));
      leaving.abort();
      await expect(hearing).rejects.toMatchObject({ code: 'aborted' });
      await until(() => seen('DELETE /stt/v3/deleteRecognition'));
    });

    it.each([
      ['fails again and again', [unavailable, unavailable, unavailable], 'server'],
      ['is refused', [state({ code: 16, message: 'expired' }, 401)], 'auth'],
      ['ends badly', [state({ done: true, error: { code: 3, message: 'audio is broken' } })], 'invalid'],
      ['ends badly inside', [state({ done: true, error: { code: 13, message: 'oops' } })], 'server'],
      ['breaks in its results', [done, state({ error: { grpcCode: 14, httpCode: 503, message: 'gone' } })], 'server'],
    ])('tells what became of a recognition that %s', async (_name, answers, code) => {
      states = [...answers];
      await expect(hear(listener({}, moody.url), { language: 'de-DE' })).rejects.toMatchObject({ code, provider: 'yandex' });
      expect(moody.requests.at(-1)!.method).toBe('DELETE');
    });
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('It did not happen.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
