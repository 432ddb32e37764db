import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';

const KEY = 'a-key-of-the-tests';

describe('API keys', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_ADMIN_KEYS: KEY });
  });
  afterAll(() => gateway.close());

  const statusOf = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${gateway.url}${path}`, { headers });
    await answer.body?.cancel();
    return answer.status;
  };

  // The router knows a route by its decoded address: however it is written, it is the same route.
  it.each([
    '/v1/providers',
    '/v1/providers/',
    '/%76%31/providers',
    '/%761/providers',
    '/metrics',
    '/metrics?a=b',
    '/metrics/',
    '/%6Detrics',
  ])('%s is for those with a key', async (path) => {
    expect(await statusOf(path)).toBe(401);
    expect(await statusOf(path, { authorization: `Bearer ${KEY}` })).toBe(200);
  });

  it.each(['/health/live', '/docs/json'])('%s is for everybody', async (path) => {
    expect(await statusOf(path)).toBe(200);
  });
});
