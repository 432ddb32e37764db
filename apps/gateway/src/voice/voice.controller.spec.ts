import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { transcription } from '../__fixtures__/fake-voice.js';
import { answerOf, eventsOf, postForm, postJson } from '../__fixtures__/post.js';

describe('/v1/voice', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_MAX_UPLOAD_BYTES: '4096' });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.voice.reset());

  it('speak hands every field on, and null is none', async () => {
    const request = {
      text: 'Hello',
      voice: 'slt',
      providers: ['local'],
      language: 'en',
      format: 'wav',
      sampleRate: 16_000,
      pitch: -2,
      cache: false,
    };
    const answer = await postJson(`${gateway.url}/v1/voice/speak`, {
      ...request,
      agent: 'a',
      options: { x: 1 },
      model: null,
      delivery: 'stream',
    });
    expect(answer).toMatchObject({ status: 200, text: 'one two three' });
    expect(gateway.voice.spoken).toEqual([{ ...request, agent: 'a', options: { x: 1 } }]);
  });

  it('speak gives a link', async () => {
    const answer = await postJson(`${gateway.url}/v1/voice/speak`, { text: 'Hello', delivery: 'url', expiresInSeconds: 60 });
    expect(answer.json).toMatchObject({
      file: { id: 'f' },
      audio: null,
      url: expect.stringContaining('for=60'),
      trace: { cache: 'miss' },
      usage: {},
      warnings: [],
    });
    expect(answer.headers.get('x-parlance-provider')).toBe('local');
  });

  it('speak gives the audio itself where it cannot be stored', async () => {
    const { trace, usage } = await gateway.voice.speak({ text: 'x' }, new AbortController().signal);
    const warnings = [{ code: 'storage_unavailable' as const, message: 'Away.' }];
    const bytes = Buffer.from('sound');
    const spoken = { file: null, url: null, expiresAt: null, format: 'mp3' as const, mediaType: 'audio/mpeg', sampleRate: 24_000, bytes };
    gateway.voice.speakToFileIfPossible = () => Promise.resolve({ ...spoken, trace, usage, warnings });
    const answer = await postJson(`${gateway.url}/v1/voice/speak`, { text: 'Hello', delivery: 'url' });
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({
      file: null,
      url: null,
      expiresAt: null,
      audio: { format: 'mp3', mediaType: 'audio/mpeg', sampleRate: 24_000, data: bytes.toString('base64') },
      trace,
      usage,
      warnings,
    });
    expect(answer.headers.get('x-parlance-warning')).toBe('storage_unavailable: Away.');
  });

  it('speak gives events', async () => {
    const answer = await postJson(`${gateway.url}/v1/voice/speak`, { text: 'Hello', delivery: 'sse' });
    expect(eventsOf(answer.text)).toHaveLength(5);
  });

  it.each([
    [{}, 'text'],
    [{ input: 'x', text: 'x' }, 'input'],
    [{ text: 'x', sampleRate: 1 }, 'sampleRate'],
    [{ text: 'x', pitch: 21 }, 'pitch'],
    [{ text: 'x', providers: 'local' }, 'providers'],
    [{ text: 'x', providers: [5] }, 'providers'],
    [{ text: 'x', delivery: 'post' }, 'delivery'],
    [{ text: 'x', cache: 'no' }, 'cache'],
    [{ text: 'x'.repeat(100_001) }, 'text'],
  ])('speak refuses %j', async (body, param) => {
    expect(await postJson(`${gateway.url}/v1/voice/speak`, body)).toMatchObject({ status: 400, json: { error: { param } } });
  });

  it('transcribe takes a form', async () => {
    const answer = await postForm(
      `${gateway.url}/v1/voice/transcribe`,
      ['providers', 'local, other'],
      ['file', Buffer.from('sound'), 'a.ogg'],
      ['cache', 'false'],
    );
    expect(answer.json).toEqual(JSON.parse(JSON.stringify(transcription)));
    expect(gateway.voice.heard).toMatchObject([{ filename: 'a.ogg', providers: ['local', 'other'], cache: false }]);
    expect(gateway.voice.origins.at(-1)).toMatchObject({ route: '/v1/voice/transcribe' });
  });

  it.each(['audio/ogg', 'application/octet-stream', 'AUDIO/WAV; codecs=1'])('transcribe takes the bare recording as %s', async (type) => {
    const url = `${gateway.url}/v1/voice/transcribe?model=whisper-1&temperature=0.5&cache=true`;
    const answer = await answerOf(fetch(url, { method: 'POST', headers: { 'content-type': type }, body: 'sound' }));
    expect(answer.status).toBe(200);
    expect(gateway.voice.heard).toEqual([{ audio: Buffer.from('sound'), model: 'whisper-1', temperature: 0.5, cache: true }]);
  });

  it.each([
    ['true', true],
    ['false', false],
  ])('transcribe takes %s for what is to be written, out of a query', async (word, wish) => {
    const url = `${gateway.url}/v1/voice/transcribe?punctuation=${word}&profanityFilter=${word}&words=${word}`;
    const answer = await answerOf(fetch(url, { method: 'POST', headers: { 'content-type': 'audio/ogg' }, body: 'sound' }));
    expect(answer.status).toBe(200);
    expect(gateway.voice.heard).toEqual([{ audio: Buffer.from('sound'), punctuation: wish, profanityFilter: wish, words: wish }]);
  });

  it.each([
    ['', 400, 'audio/ogg', Buffer.alloc(0)],
    ['', 413, 'audio/ogg', Buffer.alloc(4097)],
    ['', 413, 'audio/ogg', Buffer.alloc(3_000_000)],
    ['', 415, 'text/plain', Buffer.from('x')],
    ['', 400, 'application/json', Buffer.from('{}')],
    ['', 400, 'application/json', Buffer.from('[]')],
    ['', 400, 'application/json', Buffer.from('{"fileId": "a", "url": "https://example.com"}')],
    ['', 400, 'application/json', Buffer.from('{"fileId": 5}')],
    ['', 400, 'application/json', Buffer.from('{"url": "https://example.com", "header": "x"}')],
    ['', 404, 'application/json', Buffer.from('{"fileId": "a"}')],
    ['?temperature=2', 400, 'audio/ogg', Buffer.from('x')],
    ['?punctuation=yes', 400, 'audio/ogg', Buffer.from('x')],
    ['?words=', 400, 'audio/ogg', Buffer.from('x')],
  ])('transcribe%s answers %d to a body of %s', async (query, status, type, body) => {
    const response = fetch(`${gateway.url}/v1/voice/transcribe${query}`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(await answerOf(response)).toMatchObject({ status, json: { error: { type: 'invalid_request_error' } } });
    expect(gateway.voice.heard).toEqual([]);
  });
});
