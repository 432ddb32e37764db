import { gzipSync } from 'node:zlib';
import { ParlanceError, UnsupportedError } from '@parlance/contracts';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { chunksOf, speech, unknownModel } from '../__fixtures__/fake-voice.js';
import { answerOf, eventsOf, postJson, type Answer } from '../__fixtures__/post.js';

const wanted = { input: 'Hello', model: 'tts-1', voice: 'alloy' };

describe('POST /v1/audio/speech', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.voice.reset());

  const post = (body: unknown): Promise<Answer> => postJson(`${gateway.url}/v1/audio/speech`, body);

  it('streams the audio and says who made it', async () => {
    const answer = await post({ ...wanted, voice: { id: 'nova' }, speed: 2, instructions: 'Slowly.', response_format: 'opus' });
    expect(answer).toMatchObject({ status: 200, text: 'one two three' });
    expect(answer.headers.get('transfer-encoding')).toBe('chunked');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'audio/mpeg',
      'x-parlance-provider': 'local',
      'x-parlance-model': 'flite',
      'x-parlance-voice': 'slt',
      'x-parlance-cache': 'miss',
      'x-parlance-attempts': '1',
    });
    expect(gateway.voice.spoken).toEqual([
      { text: 'Hello', model: 'tts-1', voice: 'nova', format: 'opus', speed: 2, instructions: 'Slowly.' },
    ]);
    expect(gateway.voice.origins).toEqual([{ requestId: answer.headers.get('x-request-id'), route: '/v1/audio/speech' }]);
  });

  it('sends audio that is all there in one piece', async () => {
    gateway.voice.speak = async () => speech(chunksOf('whole'), { bytes: Buffer.from('whole') });
    const answer = await post(wanted);
    expect(answer).toMatchObject({ status: 200, text: 'whole' });
    expect(answer.headers.get('content-length')).toBe('5');
  });

  it('takes null for a field that is left out', async () => {
    await post({ ...wanted, response_format: null, speed: null, instructions: null, stream_format: null });
    expect(gateway.voice.spoken).toEqual([{ text: 'Hello', model: 'tts-1', voice: 'alloy', format: 'mp3', speed: 1 }]);
  });

  it('counts characters as Unicode does', async () => {
    expect((await post({ ...wanted, input: '\u{1F600}'.repeat(4096) })).status).toBe(200);
    expect((await post({ ...wanted, input: '\u{1F600}'.repeat(4097) })).json.error).toMatchObject({ param: 'input' });
  });

  it.each([
    [{ model: 'tts-1', voice: 'alloy' }, 'input', 'missing_required_parameter'],
    [{ ...wanted, input: '' }, 'input', 'invalid_value'],
    [{ ...wanted, input: 'a'.repeat(4097) }, 'input', 'invalid_value'],
    [{ ...wanted, input: 5 }, 'input', 'invalid_value'],
    [{ ...wanted, model: undefined }, 'model', 'missing_required_parameter'],
    [{ ...wanted, voice: undefined }, 'voice', 'missing_required_parameter'],
    [{ ...wanted, voice: { name: 'x' } }, 'voice', 'invalid_value'],
    [{ ...wanted, voice: ['alloy'] }, 'voice', 'invalid_value'],
    [{ ...wanted, response_format: 'ogg' }, 'response_format', 'invalid_value'],
    [{ ...wanted, speed: 9 }, 'speed', 'invalid_value'],
    [{ ...wanted, speed: 0.1 }, 'speed', 'invalid_value'],
    [{ ...wanted, speed: '1' }, 'speed', 'invalid_value'],
    [{ ...wanted, stream_format: 'websocket' }, 'stream_format', 'invalid_value'],
    [{ ...wanted, instructions: 'a'.repeat(4097) }, 'instructions', 'invalid_value'],
    [{ ...wanted, format: 'mp3' }, 'format', 'unknown_parameter'],
    ['[]', null, 'invalid_type'],
    [[wanted], null, 'invalid_type'],
    ['null', null, 'invalid_type'],
    ['"text"', null, 'invalid_type'],
    ['{"input": "a secret text"', null, 'invalid_json'],
    ['', null, 'invalid_json'],
    ['{"__proto__": {"input": "x"}}', null, 'invalid_json'],
  ])('refuses %j and names the field', async (body, param, code) => {
    const answer = await post(body);
    expect(answer).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error', param, code } } });
    expect(Object.keys(answer.json.error ?? {})).toEqual(['message', 'type', 'param', 'code']);
    expect(answer.text).not.toContain('secret');
    expect(gateway.voice.spoken).toEqual([]);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'audio/wav', ''])(
    'refuses a body of type %j and says what it takes',
    async (type) => {
      const answer = await postJson(`${gateway.url}/v1/audio/speech`, wanted, { 'content-type': type });
      expect(answer).toMatchObject({ status: 415, json: { error: { message: expect.stringContaining('application/json') } } });
    },
  );

  it('says of a compressed body that it is to come as it is', async () => {
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const answer = await answerOf(
      fetch(`${gateway.url}/v1/audio/speech`, { method: 'POST', headers, body: gzipSync(JSON.stringify(wanted)) }),
    );
    expect(answer).toMatchObject({ status: 415, json: { error: { message: expect.stringContaining('content-encoding') } } });
  });

  it.each([
    [unknownModel(), 404, { param: 'model', code: 'model_not_found' }],
    [new UnsupportedError('mp3, wav', 'format'), 400, { param: 'response_format', message: 'mp3, wav' }],
    [new ParlanceError('unavailable', 'All have failed.'), 503, { type: 'server_error' }],
    [new Error('a secret of the inside'), 500, { type: 'server_error', code: null }],
  ])('answers %s with its status', async (failure, status, error) => {
    gateway.voice.speak = () => Promise.reject(failure);
    const answer = await post(wanted);
    expect(answer).toMatchObject({ status, json: { error } });
    expect(answer.headers.get('x-should-retry')).toBe(status === 503 ? 'false' : null);
  });

  it.each(['audio', 'sse'])('answers a failure before the first byte as any other (%s)', async (stream_format) => {
    gateway.voice.speak = async () => speech(chunksOf(new ParlanceError('timeout', 'Too slow.')));
    expect(await post({ ...wanted, stream_format })).toMatchObject({ status: 504, json: { error: { message: 'Too slow.' } } });
    gateway.voice.speak = async () => speech(chunksOf());
    expect(await post({ ...wanted, stream_format })).toMatchObject({ status: 502 });
  });

  it('breaks the connection when the audio fails half-way', async () => {
    gateway.voice.speak = async () => speech(chunksOf('one ', new ParlanceError('server', 'Broken.')));
    const response = await fetch(`${gateway.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wanted),
    });
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('terminated');
  });

  it('sends events', async () => {
    const answer = await post({ ...wanted, stream_format: 'sse' });
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(eventsOf(answer.text)).toEqual([
      ...['one ', 'two ', 'three'].map((text) => ({ type: 'speech.audio.delta', audio: Buffer.from(text).toString('base64') })),
      { type: 'speech.audio.done', usage: { input_tokens: 5, output_tokens: 0, total_tokens: 5 } },
      '[DONE]',
    ]);
  });

  it('ends the events with an error when the audio fails half-way', async () => {
    gateway.voice.speak = async () => speech(chunksOf('one ', new ParlanceError('server', 'Broken.')));
    const events = eventsOf((await post({ ...wanted, stream_format: 'sse' })).text);
    expect(events).toHaveLength(2);
    expect(events[1]).toEqual({ error: { message: 'Broken.', type: 'server_error', param: null, code: 'provider_error' } });
  });

  it.each(['before the first byte', 'half-way'])('stops the work when the client leaves %s', async (when) => {
    const client = new AbortController();
    const stopped = new Promise<void>((resolve) => {
      gateway.voice.speak = async (_request, signal) => {
        signal.addEventListener('abort', () => resolve());
        return speech(
          (async function* () {
            if (when === 'half-way') yield Buffer.from('one ');
            setImmediate(() => client.abort());
            await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new ParlanceError('aborted', 'Gone.'))));
          })(),
        );
      };
    });
    const body = JSON.stringify(wanted);
    const response = fetch(`${gateway.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: client.signal,
    }).then((got) => got.text());
    await expect(response).rejects.toThrow('aborted');
    await stopped;
  });
});
