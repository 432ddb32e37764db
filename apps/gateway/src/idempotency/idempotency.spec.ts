import { randomUUID } from 'node:crypto';
import { ObjectStore, ParlanceError } from '@parlance/contracts';
import {
  describeWithProgram,
  describeWithRedis,
  eventually,
  PATIENT_REDIS_ENVIRONMENT,
  REDIS_PROGRAMS,
  RedisServer,
} from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { chunksOf, speech, transcription } from '../__fixtures__/fake-voice.js';
import { answerOf, formOf, postJson, type Part } from '../__fixtures__/post.js';
import { storeSpeech } from '../__fixtures__/store-speech.js';

const keys = ['first-api-key', 'second-api-key'] as const;

describe('Idempotency-Key in the process', () => {
  describeKeys({});
});

describeWithRedis((url) => {
  describe('Idempotency-Key in Redis', () => {
    describeKeys({
      get REDIS_URL() {
        return url();
      },
      ...PATIENT_REDIS_ENVIRONMENT,
    });
  });
});

function describeKeys(environment: Readonly<Record<string, string>>): void {
  let gateway: FakeGateway;
  let number = 0;
  beforeAll(async () => {
    gateway = await startFakeGateway({ ...environment, PARLANCE_API_KEYS: keys.join(',') });
    const noted = async () => state(await json('/v1/voice/speak', { text: 'Hello' }, newKey())) === 'stored';
    await eventually(noted, 'Redis was not reached.', 20_000);
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.voice.reset());

  const newKey = () => `key-${process.pid}-${Date.now()}-${number++}`;
  const headers = (key: string, caller = 0) => ({ 'idempotency-key': key, authorization: `Bearer ${keys[caller]}` });
  const json = (path: string, body: object, key: string, caller = 0) => postJson(gateway.url + path, body, headers(key, caller));
  const form = (path: string, key: string, ...parts: Part[]) =>
    answerOf(fetch(gateway.url + path, { method: 'POST', headers: headers(key), body: formOf(...parts) }));
  const state = ({ headers: got }: { headers: Headers }) => got.get('x-parlance-idempotency');

  it('makes one job of a request that comes twice', async () => {
    const key = newKey();
    const once = await json('/v1/jobs/speech', { text: 'Hello' }, key);
    const twice = await json('/v1/jobs/speech', { text: 'Hello' }, key);
    expect([once.status, twice.status]).toEqual([202, 202]);
    expect(twice.json).toEqual(once.json);
    expect([state(once), state(twice)]).toEqual(['stored', 'replayed']);
    expect((await json('/v1/jobs/speech', { text: 'Hello' }, newKey())).json['id']).not.toBe(once.json['id']);
  });

  it('makes one transcript of a form that comes twice, however it is written', async () => {
    const key = newKey();
    const file = ['file', Buffer.from('sound'), 'a.ogg'] as const;
    for (const path of ['/v1/voice/transcribe', '/v1/audio/transcriptions']) {
      gateway.voice.reset();
      const once = await form(path, key + path, file, ['model', 'whisper-1'], ['language', 'en']);
      const twice = await form(path, key + path, ['language', 'en'], ['model', 'whisper-1'], file);
      expect(once).toMatchObject({ status: 200, json: { text: transcription.text } });
      expect({ ...twice, headers: undefined }).toEqual({ ...once, headers: undefined });
      expect(state(twice)).toBe('replayed');
      expect(gateway.voice.heard).toHaveLength(1);
      const other = await form(path, key + path, ['file', Buffer.from('other'), 'a.ogg'], ['model', 'whisper-1'], ['language', 'en']);
      expect(other).toMatchObject({ status: 422, json: { error: { code: 'idempotency_mismatch' } } });
    }
  });

  it('keeps captions as they were sent', async () => {
    const key = newKey();
    const parts = [
      ['file', Buffer.from('sound'), 'a.ogg'],
      ['model', 'whisper-1'],
      ['response_format', 'srt'],
    ] as const;
    const [once, twice] = [await form('/v1/audio/transcriptions', key, ...parts), await form('/v1/audio/transcriptions', key, ...parts)];
    expect(twice.text).toBe(once.text);
    expect(twice.headers.get('content-type')).toBe(once.headers.get('content-type'));
    expect(gateway.voice.heard).toHaveLength(1);
  });

  it('keeps no audio, which the cache has', async () => {
    const key = newKey();
    for (const body of [{ text: 'Hello' }, { text: 'Hello' }]) {
      expect(await json('/v1/voice/speak', body, key)).toMatchObject({ status: 200, text: 'one two three' });
    }
    expect(await json('/v1/voice/speak', { text: 'Bye' }, key)).toMatchObject({ status: 422 });
    expect(gateway.voice.spoken).toHaveLength(2);
  });

  it('answers with a link of now to what was stored, and speaks again what is not there any more', async () => {
    const files = storeSpeech(gateway);
    const [key, body] = [newKey(), { text: 'Stored', delivery: 'url', expiresInSeconds: 60 }];
    const once = await json('/v1/voice/speak', body, key);
    const link = { url: 'http://127.0.0.1/objects/new', expiresAt: '2026-11-28T06:00:00.000Z' };
    const linked = jest.spyOn(files, 'link').mockResolvedValueOnce(link);
    const twice = await json('/v1/voice/speak', body, key);
    expect(twice.json).toEqual({ ...once.json, ...link });
    expect(state(twice)).toBe('replayed');
    const { id } = once.json['file'] as { id: string };
    expect(linked).toHaveBeenCalledWith(id, 60, expect.anything());
    linked.mockRestore();
    expect(gateway.voice.spoken).toHaveLength(1);
    await files.delete(id, new AbortController().signal);
    const { url } = (await json('/v1/voice/speak', body, key)).json;
    expect(url).toContain('signature=');
    expect(gateway.voice.spoken).toHaveLength(2);
  });

  it('is not for another route', async () => {
    const key = newKey();
    await json('/v1/voice/speak', { text: 'Hello' }, key);
    expect(await json('/v1/jobs/speech', { text: 'Hello' }, key)).toMatchObject({ status: 422 });
  });

  it('is each caller’s own', async () => {
    const key = newKey();
    const mine = await json('/v1/jobs/speech', { text: 'Hello' }, key, 0);
    const theirs = await json('/v1/jobs/speech', { text: 'Something else' }, key, 1);
    expect(theirs.status).toBe(202);
    expect(theirs.json['id']).not.toBe(mine.json['id']);
  });

  it('says that the request is still being served, unless its audio can be shared', async () => {
    let finish = (): void => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    gateway.voice.transcribe = async (request) => {
      gateway.voice.heard.push(request);
      await held;
      return transcription;
    };
    gateway.voice.speak = async (request) => {
      gateway.voice.spoken.push(request);
      await held;
      return speech(chunksOf('audio'));
    };
    const [key, other] = [newKey(), newKey()];
    const shared = () => gateway.voice.spoken.filter(({ text }) => text === 'To be shared').length;
    const file = ['file', Buffer.from('sound'), 'a.ogg'] as const;
    const once = form('/v1/voice/transcribe', key, file);
    const spoken = [json('/v1/audio/speech', { model: 'tts-1', voice: 'alloy', input: 'To be shared' }, other)];
    await eventually(() => Promise.resolve(gateway.voice.heard.length === 1 && shared() === 1), 'They never came.', 20_000);
    const meanwhile = await form('/v1/voice/transcribe', key, file);
    expect(meanwhile).toMatchObject({ status: 409, json: { error: { code: 'idempotency_in_progress' } } });
    expect(meanwhile.headers.get('retry-after')).toBe('1');
    spoken.push(json('/v1/audio/speech', { model: 'tts-1', voice: 'alloy', input: 'To be shared' }, other));
    await eventually(() => Promise.resolve(shared() === 2), 'The second was not served.', 20_000);
    finish();
    expect((await Promise.all(spoken)).map(({ status, text }) => [status, text])).toEqual([
      [200, 'audio'],
      [200, 'audio'],
    ]);
    expect((await once).status).toBe(200);
    expect(state(await form('/v1/voice/transcribe', key, file))).toBe('replayed');
    expect(gateway.voice.heard).toHaveLength(1);
  });

  it('knows a job that was taken although its client had left', async () => {
    const key = newKey();
    const objects = gateway.application.get<ObjectStore>(ObjectStore, { strict: false });
    const put = objects.put.bind(objects);
    const leaving = new AbortController();
    const spied = jest.spyOn(objects, 'put').mockImplementationOnce(async (name, bytes, options) => {
      leaving.abort();
      // The server sees it a moment later.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return put(name, bytes, options);
    });
    const init = { method: 'POST', headers: { ...headers(key), 'content-type': 'application/json' }, body: '{"text":"Left"}' };
    await expect(fetch(`${gateway.url}/v1/jobs/speech`, { ...init, signal: leaving.signal })).rejects.toThrow('aborted');
    const again = () => json('/v1/jobs/speech', { text: 'Left' }, key);
    await eventually(async () => state(await again()) === 'replayed', 'The job was not known.', 20_000);
    const id = (await again()).json['id'] as string;
    const statusOf = async () => (await answerOf(fetch(`${gateway.url}/v1/jobs/${id}`, { headers: headers(key) }))).json['status'];
    await eventually(async () => (await statusOf()) === 'completed', 'The job was not done.', 20_000);
    expect(gateway.voice.spoken.filter(({ text }) => text === 'Left')).toHaveLength(1);
    spied.mockRestore();
  });

  it('is free again after a failure', async () => {
    const key = newKey();
    gateway.voice.speakToFile = () => Promise.reject(new ParlanceError('server', 'Broken.', { provider: 'x' }));
    const body = { text: 'Hello', delivery: 'url' };
    const failed = await json('/v1/voice/speak', body, key);
    // It is not told that anything was stored.
    expect([failed.status, state(failed)]).toEqual([502, null]);
    storeSpeech(gateway);
    expect((await json('/v1/voice/speak', body, key)).status).toBe(200);
    expect(state(await json('/v1/voice/speak', body, key))).toBe('replayed');
  });

  it.each(['', 'with space', 'x'.repeat(256)])('refuses the key %j', async (key) => {
    const answer = await json('/v1/voice/speak', { text: 'Refused' }, key);
    expect(answer).toMatchObject({ status: 400, json: { error: { code: 'invalid_idempotency_key', param: 'Idempotency-Key' } } });
    expect(gateway.voice.spoken.filter(({ text }) => text === 'Refused')).toEqual([]);
  });
}

describeWithProgram(REDIS_PROGRAMS, () => {
  it('Idempotency-Key: requests are served while Redis is away, and told that they were not noted', async () => {
    const redis = await RedisServer.start();
    const gateway = await startFakeGateway({ REDIS_URL: redis.url });
    const ask = () => postJson(`${gateway.url}/v1/voice/speak`, { text: 'Hello', delivery: 'url' }, { 'idempotency-key': 'a-key' });
    try {
      storeSpeech(gateway);
      await eventually(async () => (await ask()).headers.get('x-parlance-idempotency') === 'replayed', 'Nothing was noted.', 20_000);
      await redis.pause();
      gateway.voice.reset();
      const answer = await ask();
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-parlance-idempotency')).toBe('unavailable');
      expect(gateway.voice.spoken).toHaveLength(1);
    } finally {
      redis.resume();
      await gateway.close();
      await redis.stop();
    }
  });

  it('Idempotency-Key: what Redis does not take is told, also where it was there when the request came', async () => {
    const redis = await RedisServer.start();
    const gateway = await startFakeGateway({ REDIS_URL: redis.url });
    const ask = () => postJson(`${gateway.url}/v1/voice/speak`, { text: 'Hello', delivery: 'url' }, { 'idempotency-key': randomUUID() });
    try {
      await eventually(async () => (await ask()).headers.get('x-parlance-idempotency') === 'stored', 'Redis was not reached.', 20_000);
      const { voice } = gateway;
      const speakToFile = voice.speakToFile.bind(voice);
      voice.speakToFile = async (...asked) => {
        await redis.pause();
        return speakToFile(...asked);
      };
      const answer = await ask();
      expect([answer.status, answer.headers.get('x-parlance-idempotency')]).toEqual([200, 'unavailable']);
    } finally {
      redis.resume();
      await gateway.close();
      await redis.stop();
    }
  });

  it('Idempotency-Key: a process that is killed blocks it for 15 seconds at the most', async () => {
    const redis = await RedisServer.start();
    const gateway = await startFakeGateway({ REDIS_URL: redis.url, ...PATIENT_REDIS_ENVIRONMENT });
    let finish = (): void => undefined;
    const held = new Promise<void>((resolve) => (finish = resolve));
    const ask = () => postJson(`${gateway.url}/v1/voice/speak`, { text: 'Hello', delivery: 'url' }, { 'idempotency-key': randomUUID() });
    try {
      await eventually(async () => (await ask()).headers.get('x-parlance-idempotency') === 'stored', 'Redis was not reached.', 20_000);
      await redis.command('FLUSHALL');
      const { voice } = gateway;
      const speakToFile = voice.speakToFile.bind(voice);
      voice.speakToFile = async (...asked) => held.then(() => speakToFile(...asked));
      const answer = ask();
      const noted = async () => (await redis.command('KEYS', 'parlance:idempotency:*')) as string[];
      await eventually(async () => (await noted()).length > 0, 'It was not noted.', 20_000);
      const [key = ''] = await noted();
      expect(await redis.command('PTTL', key)).toBeLessThanOrEqual(15_000);
      finish();
      await answer;
    } finally {
      finish();
      await gateway.close();
      await redis.stop();
    }
  });
});
