import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InvalidRequestError, ObjectStore, ParlanceError, readAll } from '@parlance/contracts';
import { buildObjectKey, FILENAME } from '@parlance/storage';
import { describeWithRedis, eventually, PATIENT_REDIS_ENVIRONMENT } from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { transcription } from '../__fixtures__/fake-voice.js';
import { answerOf, postForm, postJson, type Answer } from '../__fixtures__/post.js';

describe('/v1/jobs in the process', () => {
  describeJobs({});
});

describeWithRedis((url) => {
  describe('/v1/jobs in Redis', () => {
    describeJobs({
      get REDIS_URL() {
        return url();
      },
      ...PATIENT_REDIS_ENVIRONMENT,
    });
  });
});

function describeJobs(environment: Readonly<Record<string, string>>): void {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ ...environment, PARLANCE_JOB_MAX_BYTES: '2000000', PARLANCE_MAX_UPLOAD_BYTES: '1024' });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.voice.reset());

  const send = (path: string, init: RequestInit = {}) => answerOf(fetch(`${gateway.url}${path}`, init));
  const jobOf = (answer: Answer) => answer.json as unknown as { id: string; status: string; createdAt: string };
  const until = async (id: string, status: string): Promise<Record<string, unknown>> => {
    await eventually(async () => (await send(`/v1/jobs/${id}`)).json['status'] === status, `It never was ${status}.`, 20_000);
    return (await send(`/v1/jobs/${id}?expiresInSeconds=60`)).json;
  };
  const objects = () => gateway.application.get<ObjectStore>(ObjectStore, { strict: false });
  const keysOf = async (id: string) => {
    const keys: string[] = [];
    for await (const { key } of objects().list('jobs/')) if (key.includes(id)) keys.push(key.slice(key.lastIndexOf('/') + 1));
    return keys.toSorted();
  };

  /** What the next speech is stored as. */
  const storedSpeech = async (): Promise<{ id: string; key: string }> => {
    const sha256 = randomBytes(32).toString('hex');
    const key = buildObjectKey({ kind: 'speech', tenant: 'default', date: new Date(), sha256, extension: 'mp3' });
    await objects().put(key, Buffer.from('mp3'), { contentType: 'audio/mpeg' });
    const stored = { id: Buffer.from(key).toString('base64url'), key };
    const { speakToFile } = gateway.voice;
    gateway.voice.speakToFile = async (...given) => {
      const speech = await speakToFile(...given);
      return { ...speech, file: { ...speech.file, ...stored } };
    };
    return stored;
  };

  it('speech becomes a stored file, with a link that is made when it is asked for', async () => {
    const { id, key } = await storedSpeech();
    const answer = await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'Long.', voice: 'slt', format: 'opus', model: null });
    expect(answer.status).toBe(202);
    const job = jobOf(answer);
    expect(answer.json).toEqual({
      id: expect.stringMatching(/^job_[0-9a-f]{32}$/),
      object: 'job',
      kind: 'speech',
      status: 'queued',
      progress: 0,
      createdAt: expect.stringMatching(/Z$/),
    });
    const done = await until(job.id, 'completed');
    expect(done).toMatchObject({
      progress: 1,
      createdAt: job.createdAt,
      startedAt: expect.any(String),
      finishedAt: expect.any(String),
      result: {
        file: { id, key },
        url: expect.stringContaining(`/objects/${key}?`),
        expiresAt: expect.any(String),
        trace: {},
        usage: {},
        warnings: [],
      },
    });
    expect(gateway.voice.spoken).toMatchObject([{ text: 'Long.', voice: 'slt', format: 'opus' }]);
    await eventually(async () => (await keysOf(job.id)).length === 1, 'What it was given was not deleted.', 20_000);
    expect(await keysOf(job.id)).toEqual(['result.json']);
    const { chunks } = await objects().get(await onlyKey(job.id));
    const kept: Uint8Array[] = [];
    for await (const chunk of chunks) kept.push(chunk);
    expect(Buffer.concat(kept).toString()).not.toContain('http');
  });

  it('refuses providers that are not configured before it takes a job', async () => {
    const spoken = await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'Long.', providers: ['misspelt'] });
    expect(spoken).toMatchObject({ status: 404, json: { error: { param: 'providers', code: 'provider_not_found' } } });
    const heard = await postForm(
      `${gateway.url}/v1/jobs/transcriptions`,
      ['file', Buffer.from('sound'), 'a.ogg'],
      ['providers', 'misspelt'],
    );
    expect(heard).toMatchObject({ status: 404, json: { error: { param: 'providers', code: 'provider_not_found' } } });
  });

  it('gives no link to speech that has been deleted since', async () => {
    const { id } = await storedSpeech();
    const job = jobOf(await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'Long.', voice: 'slt' }));
    expect(await until(job.id, 'completed')).toMatchObject({ result: { url: expect.any(String) } });
    expect((await send(`/v1/files/${id}`, { method: 'DELETE' })).status).toBe(204);
    const { result } = await until(job.id, 'completed');
    expect(result).toMatchObject({ file: { id } });
    expect(result).not.toHaveProperty('url');
    expect(result).not.toHaveProperty('expiresAt');
  });

  async function onlyKey(id: string): Promise<string> {
    for await (const { key } of objects().list('jobs/')) if (key.includes(id)) return key;
    throw new Error('There is none.');
  }

  it.each([
    ['', 600],
    [', also a large one', 400_000],
  ])('a recording becomes a transcript, from a form%s', async (_size, times) => {
    const sound = 'sound'.repeat(times);
    const answer = await postForm(
      `${gateway.url}/v1/jobs/transcriptions`,
      ['file', Buffer.from(sound), 'a.ogg'],
      ['language', 'en'],
      ['cache', 'false'],
    );
    expect(answer.status).toBe(202);
    const done = await until(jobOf(answer).id, 'completed');
    expect(done['result']).toEqual(JSON.parse(JSON.stringify(transcription)));
    expect(done['partialText']).toBeUndefined();
    const [heard] = gateway.voice.heard;
    expect(heard).toMatchObject({ filename: 'a.ogg', language: 'en', cache: false, long: true });
    expect(Buffer.from(await readAll(heard!.audio)).toString() === sound).toBe(true);
  });

  it('a recording becomes a transcript, from the body itself', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'audio/ogg' }, body: 'sound' };
    const answer = await send('/v1/jobs/transcriptions?model=whisper-1&temperature=0.5', init);
    expect(answer.status).toBe(202);
    await until(jobOf(answer).id, 'completed');
    expect(gateway.voice.heard).toMatchObject([{ model: 'whisper-1', temperature: 0.5 }]);
  });

  it('a recording becomes a transcript, from a stored file, which stays', async () => {
    const place = { kind: 'recording', tenant: 'acme', date: new Date(), extension: 'ogg' } as const;
    const key = buildObjectKey({ ...place, upload: randomUUID() });
    const metadata = { [FILENAME]: 'abc.ogg' };
    await objects().put(key, Buffer.from('stored sound'), { contentType: 'audio/ogg', metadata });
    const fileId = Buffer.from(key).toString('base64url');
    const answer = await postJson(`${gateway.url}/v1/jobs/transcriptions`, { fileId, prompt: 'names', webhook: null });
    expect(answer.status).toBe(202);
    await until(jobOf(answer).id, 'completed');
    const [heard] = gateway.voice.heard;
    expect(heard).toMatchObject({ filename: 'abc.ogg', prompt: 'names' });
    expect(Buffer.from(await readAll(heard!.audio)).toString()).toBe('stored sound');
    expect(await objects().stat(key)).toBeDefined();
  });

  it('a recording becomes a transcript, from a link', async () => {
    const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'audio/ogg' }).end('linked sound'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    // By itself: workers of one Redis take each other's jobs, and these have no store in common.
    const linking = await startFakeGateway({ PARLANCE_REMOTE_HTTP: 'true', PARLANCE_REMOTE_HOSTS: host });
    const answer = await postJson(`${linking.url}/v1/jobs/transcriptions`, { url: `http://${host}/a.ogg` });
    expect(answer.status).toBe(202);
    await eventually(() => Promise.resolve(linking.voice.heard.length === 1), 'It was not heard.', 20_000);
    expect(Buffer.from(await readAll(linking.voice.heard[0]!.audio)).toString()).toBe('linked sound');
    await linking.close();
    await new Promise((resolve) => server.close(resolve));
  });

  it.each([
    ['no base64url', '!!!'],
    ['a way out of the store', Buffer.from('voice/../secret').toString('base64url')],
    ['what belongs to a job', Buffer.from('jobs/2026-11-25T10/job_x/result.json').toString('base64url')],
    ['what is not there', Buffer.from(`voice/recording/_/_/2026/11/25/${randomUUID()}.ogg`).toString('base64url')],
  ])('a fileId that is %s is that of no file', async (_, fileId) => {
    const answer = await postJson(`${gateway.url}/v1/jobs/transcriptions`, { fileId });
    expect(answer).toMatchObject({ status: 404, json: { error: { code: 'file_not_found' } } });
  });

  it('a recording that is nowhere is asked for', async () => {
    const answer = await postJson(`${gateway.url}/v1/jobs/transcriptions`, {});
    expect(answer).toMatchObject({ status: 400, json: { error: { param: 'fileId' } } });
  });

  it('what has been heard so far is seen, and a cancelled job is heard no further', async () => {
    let left: AbortSignal | undefined;
    gateway.voice.transcribe = ({ onSegment }, signal) => {
      onSegment?.({ start: 0, end: 1, text: ' Hello' }, 0.25);
      onSegment?.({ start: 1, end: 2, text: 'there. ' }, 0.5);
      left = signal;
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('left'))));
    };
    const answer = await postForm(`${gateway.url}/v1/jobs/transcriptions`, ['file', Buffer.from('sound'), 'a.ogg']);
    const { id } = jobOf(answer);
    await eventually(async () => (await send(`/v1/jobs/${id}`)).json['progress'] === 0.5, 'No progress was seen.', 20_000);
    expect((await send(`/v1/jobs/${id}`)).json).toMatchObject({ status: 'running', partialText: 'Hello there.' });
    const cancelled = await send(`/v1/jobs/${id}`, { method: 'DELETE' });
    expect(cancelled).toMatchObject({ status: 200, json: { id, status: 'cancelled' } });
    await eventually(() => Promise.resolve(left!.aborted), 'It was heard further.', 20_000);
    await eventually(async () => (await keysOf(id)).length === 0, 'Something is left of it.', 20_000);
    expect((await send(`/v1/jobs/${id}`)).json).toMatchObject({ status: 'cancelled' });
  });

  it('a failure is told as any other, and not tried again when it is final', async () => {
    let calls = 0;
    gateway.voice.speakToFile = () => {
      calls += 1;
      return Promise.reject(new InvalidRequestError('Nothing to speak.', 'input', { reason: 'nothing_speakable' }));
    };
    const { id } = jobOf(await postJson(`${gateway.url}/v1/jobs/speech`, { text: '...' }));
    const failed = await until(id, 'failed');
    expect(failed['error']).toEqual({
      message: 'Nothing to speak.',
      type: 'invalid_request_error',
      param: 'text',
      code: 'nothing_speakable',
    });
    expect(calls).toBe(1);
    await eventually(async () => (await keysOf(id)).length === 0, 'Something is left of it.', 20_000);
  });

  it('nothing is left of a job that cannot be taken', async () => {
    const put = jest.spyOn(objects(), 'put').mockRejectedValueOnce(new ParlanceError('unavailable', 'Away.'));
    const cleared = jest.spyOn(objects(), 'delete');
    expect(await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'x' })).toMatchObject({ status: 503 });
    await eventually(() => Promise.resolve(cleared.mock.calls.length > 0), 'Nothing is cleared.', 20_000);
    put.mockRestore();
    cleared.mockRestore();
  });

  it('who sends a job that cannot be taken does not wait for what is left of it to be cleared', async () => {
    const put = jest.spyOn(objects(), 'put').mockRejectedValueOnce(new ParlanceError('timeout', 'Silent.'));
    const cleared = jest.spyOn(objects(), 'delete').mockReturnValue(new Promise(() => undefined));
    expect(await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'x' })).toMatchObject({ status: 504 });
    put.mockRestore();
    cleared.mockRestore();
  });

  it.each([
    ['/v1/jobs/speech', { text: '' }, 400, 'text'],
    ['/v1/jobs/speech', { text: 'x', delivery: 'stream' }, 400, 'delivery'],
    ['/v1/jobs/speech', { text: 'x', webhook: 'https://example.com' }, 400, 'webhook'],
    ['/v1/jobs/speech', { text: 'x', webhook: {} }, 400, 'webhook.url'],
    ['/v1/jobs/speech', { text: 'x', webhook: { url: 'https://example.com' } }, 400, 'webhook'],
    ['/v1/jobs/transcriptions', { fileId: 'x', url: 'https://example.com' }, 400, 'url'],
    ['/v1/jobs/transcriptions', { url: 'https://127.0.0.1/a.ogg' }, 400, 'url'],
    ['/v1/jobs/transcriptions', { url: 'http://example.com/a.ogg' }, 400, 'url'],
  ])('%s refuses %j', async (path, body, status, param) => {
    expect(await postJson(gateway.url + path, body)).toMatchObject({ status, json: { error: { param } } });
  });

  it('takes larger recordings than are waited for, up to its own limit', async () => {
    const answer = await postForm(`${gateway.url}/v1/jobs/transcriptions`, ['file', Buffer.alloc(2_000_001), 'a.ogg']);
    expect(answer).toMatchObject({ status: 413, json: { error: { message: expect.stringContaining('2000000') } } });
  });

  it.each(['job_00000000000000000000000000000000', 'nonsense'])('knows no job %s', async (id) => {
    for (const method of ['GET', 'DELETE']) {
      expect(await send(`/v1/jobs/${id}`, { method })).toMatchObject({ status: 404, json: { error: { code: 'job_not_found' } } });
    }
  });
}
