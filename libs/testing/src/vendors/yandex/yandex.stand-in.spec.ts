import { audioKind } from '../audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio } from '../audio/spoken-audio.js';
import type { StandIn } from '../stand-in.js';
import { startYandexStandIn, YANDEX_FOLDER, YANDEX_KEY, YANDEX_TOKEN } from './yandex.stand-in.js';

/** There is no client of Yandex' own for Node: these are the requests of its documentation, as curl sends them. */
describe('the stand-in for SpeechKit, asked as it is documented', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startYandexStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());

  const curl = { 'content-type': 'application/x-www-form-urlencoded' };
  const asPerson = { authorization: `Bearer ${YANDEX_TOKEN}`, 'x-folder-id': YANDEX_FOLDER, ...curl };
  const asService = { authorization: `Api-key ${YANDEX_KEY}`, ...curl };
  const send = (path: string, headers: Record<string, string>, body?: string | Buffer<ArrayBuffer> | URLSearchParams, method?: string) =>
    fetch(`${standIn.url}${path}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers,
      ...(body === undefined ? {} : { body }),
    });
  const json = async (answer: Promise<Response>) => (await (await answer).json()) as Record<string, unknown>;

  const synthesis = {
    text: "Hi, I'm Yandex Speech+Kit. I can turn any text into speech. Now yo+u can, too!",
    hints: [{ voice: 'marina' }, { role: 'friendly' }],
  };
  const recognition = {
    uri: 'https://storage.yandexcloud.net/bucket/speech.wav',
    recognition_model: { model: 'general', audio_format: { container_audio: { container_audio_type: 'WAV' } } },
  };

  it('speaks in lines (v3)', async () => {
    const answer = await send('/tts/v3/utteranceSynthesis', asPerson, JSON.stringify(synthesis));
    const lines = (await answer.text()).trim().split('\n');
    const chunks = lines.map((line) => (JSON.parse(line) as { result: { audioChunk: { data: string } } }).result.audioChunk.data);
    expect(chunks.length).toBeGreaterThan(1);
    expect(Buffer.concat(chunks.map((data) => Buffer.from(data, 'base64'))).equals(spokenAudio('wav'))).toBe(true);
  });

  it('speaks (v1)', async () => {
    const form = new URLSearchParams({ text: 'Hello, world!', lang: 'ru-RU', voice: 'filipp', folderId: YANDEX_FOLDER });
    const answer = await send('/speech/v1/tts:synthesize', asPerson, form.toString());
    expect(audioKind(Buffer.from(await answer.arrayBuffer()))).toBe('ogg');
  });

  it('hears at once (v1)', async () => {
    const path = `/speech/v1/stt:recognize?topic=general&lang=ru-RU&folderId=${YANDEX_FOLDER}`;
    expect(await json(send(path, asPerson, spokenAudio('opus') as Buffer<ArrayBuffer>))).toEqual({ result: SPOKEN_TEXT });
  });

  it('hears in the end (v3)', async () => {
    const { id, done } = (await json(send('/stt/v3/recognizeFileAsync', asService, JSON.stringify(recognition)))) as {
      id: string;
      done: boolean;
    };
    expect(done).toBe(false);
    const result = `/stt/v3/getRecognition?operation_id=${id}`;
    expect((await send(result, asService)).status).toBe(404);
    expect(await json(send(`/operations/${id}`, asService))).toMatchObject({ id, done: false });
    expect(await json(send(`/operations/${id}`, asService))).toMatchObject({ id, done: true });
    const events = await (await send(result, asService)).text();
    expect(events).toContain('"finalRefinement"');
    expect(events).toContain(SPOKEN_TEXT);
    expect((await send(`/stt/v3/deleteRecognition?operationId=${id}`, asService, undefined, 'DELETE')).status).toBe(200);
    expect((await send(result, asService)).status).toBe(404);
    expect(standIn.calls).toHaveLength(1);
  });

  it('refuses a wrong key, in the words of each API', async () => {
    const headers = { authorization: 'Api-Key wrong' };
    const [v1, v3, operation] = await Promise.all([
      send('/speech/v1/stt:recognize', headers, 'x'),
      send('/tts/v3/utteranceSynthesis', headers, JSON.stringify(synthesis)),
      send('/operations/f8d', headers),
    ]);
    expect([v1.status, v3.status, operation.status]).toEqual([401, 401, 401]);
    expect(await v1.json()).toMatchObject({ error_code: 'UNAUTHORIZED' });
    expect(await v3.json()).toMatchObject({ error: { grpcCode: 16, httpCode: 401 } });
    expect(await operation.json()).toMatchObject({ code: 16 });
  });

  it('wants a folder of a person, and the right one', async () => {
    const { authorization } = asPerson;
    const body = JSON.stringify(synthesis);
    expect((await send('/tts/v3/utteranceSynthesis', { authorization }, body)).status).toBe(400);
    expect((await send('/tts/v3/utteranceSynthesis', { authorization, 'x-folder-id': 'b1gother' }, body)).status).toBe(403);
  });

  const hints = (...list: object[]) => ({ ...synthesis, hints: list });
  it.each<[string, object]>([
    ['a field nobody knows', { ...synthesis, voice: 'marina' }],
    ['a hint nobody knows', hints({ pitch: 2 })],
    ['two settings in one hint', hints({ voice: 'marina', role: 'friendly' })],
    ['text and a template', { ...synthesis, text_template: { text_template: 'x' } }],
    ['no text', { hints: [] }],
    ['a voice nobody knows', hints({ voice: 'alice' })],
    ['a role the voice does not have', hints({ voice: 'marina' }, { role: 'evil' })],
    ['a speed in words', hints({ speed: 'fast' })],
    ['a speed out of range', hints({ speed: 4 })],
    ['a loudness out of range', hints({ volume: 0.7 })],
    ['hints that are no list', { ...synthesis, hints: { voice: 'marina' } }],
    ['a format nobody knows', { ...synthesis, outputAudioSpec: { containerAudio: { containerAudioType: 'FLAC' } } }],
    ['two formats', { ...synthesis, outputAudioSpec: { containerAudio: {}, rawAudio: {} } }],
    ['samples without a rate', { ...synthesis, outputAudioSpec: { rawAudio: { audioEncoding: 'LINEAR16_PCM' } } }],
    ['a long text', { ...synthesis, text: 'x'.repeat(251) }],
    ['a model', { ...synthesis, model: 'general' }],
    ['a switch in words', { ...synthesis, unsafeMode: 'true' }],
  ])('refuses to speak with %s', async (_name, body) => {
    const answer = await send('/tts/v3/utteranceSynthesis', asPerson, JSON.stringify(body));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { grpcCode: 3, httpCode: 400 } });
  });

  const model = (changes: object) => ({ ...recognition, recognition_model: { ...recognition.recognition_model, ...changes } });
  const content = spokenAudio('mp3').toString('base64');
  it.each<[string, object]>([
    ['a field nobody knows', { ...recognition, language: 'ru-RU' }],
    ['a link and a recording', { ...recognition, content }],
    ['neither', { recognition_model: recognition.recognition_model }],
    ['a model nobody knows', model({ model: 'special' })],
    ['no format', { uri: recognition.uri, recognition_model: { model: 'general' } }],
    ['a recording in another format', { content, recognition_model: recognition.recognition_model }],
    ['a recording that is no Base64', { content: '***', recognition_model: recognition.recognition_model }],
    ['languages without a restriction', model({ language_restriction: { language_code: ['ru-RU'] } })],
    ['a language nobody knows', model({ language_restriction: { restriction_type: 'WHITELIST', language_code: ['xx'] } })],
  ])('refuses to hear with %s', async (_name, body) => {
    const answer = await send('/stt/v3/recognizeFileAsync', asService, JSON.stringify(body));
    expect(answer.status).toBe(400);
  });

  it.each([
    ['a parameter nobody knows', '?language=ru-RU', spokenAudio('opus')],
    ['a language v1 does not hear', '?lang=de-DE', spokenAudio('opus')],
    ['an MP3', '', spokenAudio('mp3')],
    ['more than 30 seconds', '?format=lpcm&sampleRateHertz=8000', Buffer.alloc(31 * 16_000)],
    ['more than 1 MB', '?format=lpcm&sampleRateHertz=48000', Buffer.alloc(1_048_578)],
    ['a rate it does not take', '?format=lpcm&sampleRateHertz=44100', Buffer.alloc(1000)],
    ['half a sample', '?format=lpcm&sampleRateHertz=8000', Buffer.alloc(1001)],
  ])('refuses to hear at once: %s', async (_name, query, recording) => {
    const answer = await send(`/speech/v1/stt:recognize${query}`, asService, recording as Buffer<ArrayBuffer>);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error_code: 'BAD_REQUEST' });
  });

  it.each([
    ['nothing to say', { lang: 'ru-RU' }],
    ['text and SSML', { text: 'x', ssml: '<speak>x</speak>' }],
    ['a voice of v3', { text: 'x', voice: 'dasha' }],
    ['a pitch', { text: 'x', pitchShift: '1' }],
    ['a rate for Opus', { text: 'x', sampleRateHertz: '48000' }],
    ['more than 5000 characters', { text: 'x'.repeat(5001) }],
    ['more than 15 KB', { text: 'ж'.repeat(2600) }],
  ])('refuses to speak in v1 with %s', async (_name, form) => {
    const answer = await send('/speech/v1/tts:synthesize', asService, new URLSearchParams(form as Record<string, string>).toString());
    expect(answer.status).toBe(400);
  });
});
