import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf } from '../__fixtures__/post.js';

describe('DELETE /v1/cache', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
  });
  afterAll(() => gateway.close());

  const forget = (query: string) => answerOf(fetch(`${gateway.url}/v1/cache?${query}`, { method: 'DELETE' }));

  it.each([
    ['provider=openai', { provider: 'openai' }],
    ['agent=anna&tenant=acme', { agent: 'anna', tenant: 'acme' }],
    [`key=${'a'.repeat(64)}`, { key: 'a'.repeat(64) }],
  ])('%s is passed on', async (query, what) => {
    const { status, json } = await forget(query);
    expect({ status, json }).toEqual({ status: 200, json: { deleted: gateway.voice.forgotten.length } });
    expect(gateway.voice.forgotten.at(-1)).toMatchObject(what);
  });

  it.each(['', 'tenant=acme', 'provider=a&agent=b', 'key=abc'])('%p is refused', async (query) => {
    const { status, json } = await forget(query);
    expect(status).toBe(400);
    expect(json.error?.param).toBe('key');
  });
});

describe('GET /v1/cache', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_ADMIN_KEYS: 'a-key-of-the-tests' });
  });
  afterAll(() => gateway.close());

  const report = (key: string) => answerOf(fetch(`${gateway.url}/v1/cache`, { headers: { authorization: `Bearer ${key}` } }));

  it('tells what each tier has done, and which there are not', async () => {
    const { memory, stale, coalesced } = gateway.voice.cached;
    const { status, json } = await report('a-key-of-the-tests');
    expect({ status, json }).toEqual({ status: 200, json: { object: 'cache', stale, coalesced, memory, redis: null, objects: null } });
    const redis = { state: 'ready' as const, hits: 1, misses: 2, errors: 3, bytesServed: 4, bytesWritten: 5, bytes: 6 };
    const objects = { hits: 1, misses: 2, errors: 3, bytesServed: 4, bytesWritten: 5 };
    Object.assign(gateway.voice.cached, { redis, objects });
    expect((await report('a-key-of-the-tests')).json).toMatchObject({ redis, objects });
  });

  it('is for those with a key', async () => {
    expect((await report('another-key-of-the-tests')).status).toBe(401);
  });
});
