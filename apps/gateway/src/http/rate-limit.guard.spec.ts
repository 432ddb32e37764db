import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf, formOf, postForm, postJson, type Answer } from '../__fixtures__/post.js';

const wanted = { input: 'Hello.', model: 'tts-1', voice: 'alloy' };

function limitOf({ headers }: Answer): (string | null)[] {
  return ['limit', 'remaining', 'reset'].map((name) => headers.get(`x-ratelimit-${name}-requests`));
}

describe('the rate limit of a client', () => {
  let gateway: FakeGateway;
  afterEach(() => gateway.close());

  const speak = (key?: string) =>
    postJson(`${gateway.url}/v1/audio/speech`, wanted, key === undefined ? {} : { authorization: `Bearer ${key}` });

  it('is none unless it is configured', async () => {
    gateway = await startFakeGateway();
    for (let request = 0; request < 5; request += 1) expect(await speak()).toMatchObject({ status: 200 });
    expect(limitOf(await speak())).toEqual([null, null, null]);
  });

  it('counts every key apart, tells how it stands, and refuses what is too much before anything is spent', async () => {
    gateway = await startFakeGateway({ PARLANCE_API_KEYS: 'first-key-of-all,second-key', PARLANCE_RATE_LIMIT_PER_MINUTE: '2' });
    const first = await speak('first-key-of-all');
    expect(first.status).toBe(200);
    expect(limitOf(first)).toEqual(['2', '1', '60s']);
    expect(limitOf(await speak('first-key-of-all'))[1]).toBe('0');
    const refused = await speak('first-key-of-all');
    expect(refused).toMatchObject({ status: 429, json: { error: { type: 'rate_limit_error', param: null, code: 'rate_limit_exceeded' } } });
    expect(refused.json.error?.message).toContain('Try again in');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(limitOf(refused).slice(0, 2)).toEqual(['2', '0']);
    expect((await speak('second-key')).status).toBe(200);
    expect(gateway.voice.spoken).toHaveLength(3);
  });

  it('is not used up by strangers, nor by what costs nothing', async () => {
    gateway = await startFakeGateway({ PARLANCE_ADMIN_KEYS: 'first-key-of-all', PARLANCE_RATE_LIMIT_PER_MINUTE: '1' });
    const authorization = 'Bearer first-key-of-all';
    for (let request = 0; request < 3; request += 1) {
      expect((await speak('another-key')).status).toBe(401);
      expect((await answerOf(fetch(`${gateway.url}/v1/models`, { headers: { authorization } }))).status).toBe(200);
      const breaker = await postJson(`${gateway.url}/v1/providers/local/breaker`, { action: 'close' }, { authorization });
      expect(breaker.status).toBe(200);
    }
    expect((await speak('first-key-of-all')).status).toBe(200);
    expect((await speak('first-key-of-all')).status).toBe(429);
  });

  it('is that of an address where there are no keys, over all routes that cost something', async () => {
    gateway = await startFakeGateway({ PARLANCE_RATE_LIMIT_PER_MINUTE: '3' });
    const recording = ['file', Buffer.from('sound'), 'a.ogg'] as const;
    expect((await speak()).status).toBe(200);
    expect((await postForm(`${gateway.url}/v1/audio/transcriptions`, ['model', 'whisper-1'], recording)).status).toBe(200);
    expect((await postJson(`${gateway.url}/v1/voice/speak`, { text: 'Hello.' })).status).toBe(200);
    const form = formOf(['model', 'whisper-1'], recording);
    const refused = await answerOf(fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', body: form }));
    expect(refused.status).toBe(429);
    // A key that nobody asks for is not believed.
    expect((await speak('made-up')).status).toBe(429);
  });
});
