import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { answerOf, type Answer } from '../__fixtures__/post.js';

describe('lists', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
  });
  afterAll(() => gateway.close());

  const get = (path: string): Promise<Answer> => answerOf(fetch(gateway.url + path));

  it('GET /v1/models', async () => {
    expect((await get('/v1/models')).json).toMatchObject({
      object: 'list',
      data: [
        { id: 'tts-1', object: 'model', owned_by: 'parlance' },
        { id: 'local/flite', object: 'model', owned_by: 'local' },
        { id: 'whisper-1', object: 'model', owned_by: 'parlance' },
      ],
    });
  });

  it.each(['tts-1', 'local/flite', 'local%2Fflite'])('GET /v1/models/%s', async (id) => {
    expect((await get(`/v1/models/${id}`)).json).toMatchObject({ id: decodeURIComponent(id), object: 'model' });
  });

  it('GET /v1/models/:id of none lists what there is', async () => {
    const answer = await get('/v1/models/nope');
    expect(answer).toMatchObject({ status: 404, json: { error: { param: 'model', code: 'model_not_found' } } });
    expect(answer.json.error?.message).toContain('local/flite');
  });

  it.each([
    ['', ['alloy', 'slt', 'anna']],
    ['?provider=other', ['alloy', 'anna']],
    ['?model=local/flite', ['alloy', 'slt']],
    ['?model=flite', ['alloy', 'slt']],
    ['?model=tts-1', ['alloy', 'slt', 'anna']],
    ['?limit=5', ['alloy', 'slt', 'anna']],
  ])('GET /v1/audio/voices%s', async (query, ids) => {
    const { json } = await get(`/v1/audio/voices${query}`);
    expect((json['data'] as { id: string }[]).map(({ id }) => id)).toEqual(ids);
    expect((json['voices'] as { id: string }[]).map(({ id }) => id)).toEqual(ids);
  });

  it('GET /v1/audio/voices?legacy=true has the names alone', async () => {
    expect((await get('/v1/audio/voices?legacy=true')).json['voices']).toEqual(['alloy', 'slt', 'anna']);
  });

  it('refuses voices of no model, and a legacy of neither', async () => {
    expect(await get('/v1/audio/voices?model=whisper-1')).toMatchObject({ status: 404 });
    expect(await get('/v1/audio/voices?legacy=maybe')).toMatchObject({ status: 400, json: { error: { param: 'legacy' } } });
  });
});
