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
