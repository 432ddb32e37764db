import { connect } from 'node:net';
import { InvalidRequestError, ParlanceError, readAll } from '@parlance/contracts';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { transcription } from '../__fixtures__/fake-voice.js';
import { answerOf, eventsOf, postForm, type Answer, type Part } from '../__fixtures__/post.js';

const file: Part = ['file', Buffer.from('sound'), 'voice.ogg'];
const model: Part = ['model', 'whisper-1'];

describe('POST /v1/audio/transcriptions', () => {
  let gateway: FakeGateway;
  let url: string;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_MAX_UPLOAD_BYTES: '4096' });
    url = `${gateway.url}/v1/audio/transcriptions`;
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.voice.reset());

  const post = (...parts: readonly Part[]): Promise<Answer> => postForm(url, ...parts);

  it.each([
    ['before', [file, model, ['language', 'en']]],
    ['after', [model, ['language', 'en'], file]],
    ['between', [model, file, ['language', 'en']]],
  ] as const)('takes the file %s the fields', async (_where, parts) => {
    const answer = await post(...parts);
    expect(answer).toMatchObject({ status: 200, json: { text: transcription.text, usage: { type: 'duration', seconds: 3 } } });
    expect(gateway.voice.heard).toMatchObject([{ filename: 'voice.ogg', model: 'whisper-1', language: 'en' }]);
    expect(gateway.voice.origins.at(-1)).toMatchObject({ route: '/v1/audio/transcriptions' });
    expect(Buffer.from(await readAll(gateway.voice.heard[0]!.audio)).toString()).toBe('sound');
    expect(answer.headers.get('x-parlance-provider')).toBe('local');
  });

  it.each([
    ['text', 'text/plain; charset=utf-8', 'Hello there. Good bye.\n'],
    ['srt', 'text/plain; charset=utf-8', /^1\n00:00:00,000 --> 00:00:01,000\nHello there\.\n/],
    ['vtt', 'text/vtt; charset=utf-8', /^WEBVTT\n/],
  ])('answers %s as %s', async (format, contentType, body) => {
    const answer = await post(file, model, ['response_format', format]);
    expect(answer.headers.get('content-type')).toBe(contentType);
    expect(answer.text).toMatch(body);
  });

  it('answers verbose_json in seconds', async () => {
    const answer = await post(
      file,
      model,
      ['response_format', 'verbose_json'],
      ['temperature', '0.2'],
      ['timestamp_granularities[]', 'segment'],
    );
    expect(answer.json).toMatchObject({ task: 'transcribe', language: 'english', duration: 2.4, text: transcription.text });
    expect(answer.json['segments']).toMatchObject([
      { id: 0, start: 0, end: 1, text: 'Hello there.', temperature: 0.2 },
      { id: 1, start: 1.2, end: 2.4 },
    ]);
    expect(answer.headers.get('x-parlance-warning')).toBeNull();
  });

  it('says when word timings cannot be had, and gives them when they can', async () => {
    const wish: Part[] = [
      file,
      model,
      ['response_format', 'verbose_json'],
      ['timestamp_granularities', 'segment'],
      ['timestamp_granularities', 'word'],
    ];
    const without = await post(...wish);
    expect(without.headers.get('x-parlance-warning')).toContain('timestamp_granularities');
    expect(without.json).not.toHaveProperty('words');
    const words = [{ word: 'Hello', start: 0, end: 0.4 }];
    gateway.voice.transcribe = async () => ({ ...transcription, words });
    expect((await post(...wish)).json['words']).toEqual(words);
  });

  it('says of a compressed form that it is to come as it is', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'content-encoding': 'gzip' };
    const answer = await answerOf(fetch(url, { method: 'POST', headers, body: Buffer.from([0x1f, 0x8b, 8, 0]) }));
    expect(answer).toMatchObject({ status: 415, json: { error: { message: expect.stringContaining('content-encoding') } } });
  });

  it('warns of fields that have no effect, and ignores others', async () => {
    const answer = await post(file, model, ['include[]', 'logprobs'], ['chunking_strategy', 'auto'], ['user', 'me'], ['language', '']);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-parlance-warning')).toMatch(/include.*chunking_strategy/);
    expect(gateway.voice.heard[0]).not.toHaveProperty('language');
  });

  it('warns of an object that has no effect, however many fields it comes in', async () => {
    const answer = await post(file, model, ['chunking_strategy[type]', 'server_vad'], ['chunking_strategy[threshold]', '0.5']);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-parlance-warning')).toBe('unsupported_option chunking_strategy: has no effect here');
  });

  it.each([
    ['no file', [model], 'file', 'missing_required_parameter'],
    ['the file as text', [['file', 'sound'], model], 'file', 'missing_required_parameter'],
    ['an empty file', [['file', Buffer.alloc(0), 'a.wav'], model], 'file', 'empty_file'],
    ['two files', [file, file, model], 'file', null],
    ['a file of another name', [['audio', Buffer.from('x'), 'a.wav'], model], 'file', null],
    ['no model', [file], 'model', 'missing_required_parameter'],
    ['speakers', [file, model, ['response_format', 'diarized_json']], 'response_format', 'invalid_value'],
    ['a temperature of 2', [file, model, ['temperature', '2']], 'temperature', 'invalid_value'],
    ['a temperature in words', [file, model, ['temperature', 'warm']], 'temperature', 'invalid_value'],
    ['timings of letters', [file, model, ['timestamp_granularities[]', 'letter']], 'timestamp_granularities', 'invalid_value'],
    ['a stream of maybe', [file, model, ['stream', 'maybe']], 'stream', 'invalid_value'],
  ] as [string, Part[], string, string | null][])('refuses %s', async (_what, parts, param, code) => {
    const answer = await post(...parts);
    expect(answer).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error', param, code } } });
    expect(gateway.voice.heard).toEqual([]);
  });

  it.each([
    ['a lie about the boundary', 'multipart/form-data; boundary=other', '--x\r\n\r\n--x--'],
    ['no boundary', 'multipart/form-data', 'x'],
    ['an early end', 'multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhalf'],
    ['nothing', 'multipart/form-data; boundary=x', ''],
    ['a prototype', 'multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="__proto__"\r\n\r\n1\r\n--x--\r\n'],
  ])('refuses a form with %s', async (_what, type, body) => {
    const answer = await answerOf(fetch(url, { method: 'POST', headers: { 'content-type': type }, body }));
    expect(answer).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error' } } });
  });

  it.each(['application/json', 'audio/wav', ''])('refuses a body of type %j', async (type) => {
    const answer = await answerOf(fetch(url, { method: 'POST', headers: { 'content-type': type }, body: '{}' }));
    expect(answer).toMatchObject({ status: 415, json: { error: { message: expect.stringContaining('multipart/form-data') } } });
  });

  it('refuses a file over the limit by its bytes and by its announced length, and keeps the connection usable', async () => {
    for (const bytes of [4097, 3_000_000]) {
      const answer = await post(['file', Buffer.alloc(bytes), 'a.wav'], model);
      expect(answer).toMatchObject({
        status: 413,
        json: { error: { message: expect.stringContaining('Maximum content size limit (4096) exceeded') } },
      });
    }
    expect((await post(['file', Buffer.alloc(4096), 'a.wav'], model)).status).toBe(200);
    expect(gateway.voice.heard).toHaveLength(1);
  });

  it('tells a client of the limit that goes on sending all the same', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const head =
      'POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n';
    const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
    socket.write(head + chunk('--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n'));
    for (let sent = 0; sent < 64; sent++) socket.write(chunk('a'.repeat(65_536)));
    socket.write(`${chunk('\r\n--x--\r\n')}0\r\n\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    let received = '';
    for await (const data of socket.setEncoding('utf8')) received += String(data);
    expect(received).toMatch(/^HTTP\/1\.1 413 [\s\S]*Maximum content size[\s\S]*HTTP\/1\.1 200 OK/);
  });

  it('stops when the client leaves in the middle of its upload, and goes on serving', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const head =
      'POST /v1/audio/transcriptions HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 4000\r\n\r\n';
    socket.write(`${head}--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\nhalf`, () => socket.destroy());
    await new Promise((resolve) => socket.once('close', resolve));
    expect((await post(file, model)).status).toBe(200);
    expect(gateway.voice.heard).toHaveLength(1);
  });

  it('streams the text piece by piece', async () => {
    const answer = await post(file, model, ['stream', 'True']);
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    expect(eventsOf(answer.text)).toEqual([
      { type: 'transcript.text.delta', delta: 'Hello there.' },
      { type: 'transcript.text.delta', delta: ' Good bye.' },
      { type: 'transcript.text.done', text: 'Hello there. Good bye.', usage: { type: 'duration', seconds: 3 } },
      '[DONE]',
    ]);
  });

  it('tells with the whole what could not be done as asked', async () => {
    const warnings = [{ code: 'unsupported_option' as const, param: 'prompt', message: 'It was left out.' }];
    gateway.voice.transcribe = async () => ({ ...transcription, warnings });
    const events = eventsOf((await post(file, model, ['stream', 'true'], ['prompt', 'Names.'])).text);
    expect(events.at(-2)).toMatchObject({ type: 'transcript.text.done', text: transcription.text, warnings });
  });

  it('puts no space between pieces of a script that is written without', async () => {
    const pieces = ['こんにちは。', '今日は天気です。'];
    gateway.voice.transcribe = async ({ onSegment }) => {
      for (const [index, text] of pieces.entries()) onSegment?.({ start: index, end: index + 1, text }, (index + 1) / 2);
      return { ...transcription, text: pieces.join('') };
    };
    const events = eventsOf((await post(file, model, ['stream', 'true'])).text) as { delta?: string; text?: string }[];
    expect(events.map(({ delta, text }) => delta ?? text)).toEqual([...pieces, pieces.join(''), undefined]);
  });

  it('tells at the end what follows on the pieces of a provider that failed', async () => {
    gateway.voice.transcribe = async ({ onSegment }) => {
      onSegment?.({ start: 0, end: 1, text: 'Hello there.' }, 0.5);
      return transcription;
    };
    expect(eventsOf((await post(file, model, ['stream', 'true'])).text)).toMatchObject([
      { delta: 'Hello there.' },
      { delta: ' Good bye.' },
      { type: 'transcript.text.done', text: transcription.text },
      '[DONE]',
    ]);
  });

  it('answers a failure before the first piece as any other, and a later one as an event', async () => {
    gateway.voice.transcribe = () => Promise.reject(new InvalidRequestError('Not audio.', 'audio'));
    expect(await post(file, model, ['stream', 'true'])).toMatchObject({ status: 400, json: { error: { param: 'file' } } });
    gateway.voice.transcribe = async ({ onSegment }) => {
      onSegment?.({ start: 0, end: 1, text: 'One.' }, 0.5);
      throw new ParlanceError('server', 'Broken.');
    };
    const events = eventsOf((await post(file, model, ['stream', 'true'])).text);
    expect(events).toEqual([{ type: 'transcript.text.delta', delta: 'One.' }, { error: expect.objectContaining({ message: 'Broken.' }) }]);
  });

  it('sends captions whole', async () => {
    const answer = await post(file, model, ['stream', 'true'], ['response_format', 'srt']);
    expect(answer.text).toMatch(/^1\n/);
    expect(answer.headers.get('x-parlance-warning')).toContain('stream');
  });
});
