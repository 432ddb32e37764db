import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf, postJson } from '../__fixtures__/post.js';

describe('/v1/providers', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
  });
  afterAll(() => gateway.close());

  const get = (path: string) => answerOf(fetch(`${gateway.url}/v1/providers${path}`));
  const set = (name: string, body: unknown) => postJson(`${gateway.url}/v1/providers/${name}/breaker`, body);

  it('lists what there is and what it can do', async () => {
    const { status, json } = await get('');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      object: 'list',
      data: [{ name: 'local', vendor: 'local', operations: ['speak', 'transcribe'], heldOpen: false, models: [] }],
    });
  });

  it('opens and closes by hand', async () => {
    expect(await set('local', { action: 'open', seconds: 60 })).toMatchObject({ status: 200, json: { heldOpen: true } });
    expect(await get('/local')).toMatchObject({ json: { heldOpen: true } });
    expect(await set('local', { action: 'close' })).toMatchObject({ json: { heldOpen: false } });
    expect(await set('local', { action: 'open' })).toMatchObject({ json: { heldOpen: true } });
    expect(await set('local', { action: 'reset' })).toMatchObject({ json: { heldOpen: false } });
  });

  it.each([
    ['nobody', { action: 'open' }, 404, 'There is no provider'],
    ['local', { action: 'burn' }, 400, 'action'],
    ['local', {}, 400, 'action'],
    ['local', { action: 'open', seconds: 0 }, 400, 'seconds'],
    ['local', { action: 'open', forever: true }, 400, 'forever'],
  ])('%s %j is refused', async (name, body, status, message) => {
    const answer = await set(name, body);
    expect(answer.status).toBe(status);
    expect(answer.json.error?.message).toContain(message);
  });
});
