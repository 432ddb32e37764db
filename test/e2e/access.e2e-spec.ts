import { AuthenticationError, NotFoundError } from 'openai';
import { startGateway, type RunningGateway } from './support/gateway.js';

describe('keys, models and voices through the official client', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('lists and finds models, with and without a slash', async () => {
    const ids: string[] = [];
    for await (const { id } of gateway.client.models.list()) ids.push(id);
    expect(ids).toEqual(expect.arrayContaining(['tts-1', 'whisper-1', 'local/flite', 'local/moonshine-tiny']));
    for (const id of ['tts-1', 'local/flite']) expect(await gateway.client.models.retrieve(id)).toMatchObject({ id, object: 'model' });
    await expect(gateway.client.models.retrieve('nope')).rejects.toThrow(NotFoundError);
  });

  it('lists the voices in the forms that clients know', async () => {
    const list = async (query: string) =>
      (await (await fetch(`${gateway.url}/v1/audio/voices${query}`)).json()) as {
        data: { id: string; providers: string[] }[];
        voices: unknown[];
      };
    const { data, voices } = await list('');
    const ids = data.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(['alloy', 'nova', 'onyx', 'slt']));
    expect(voices).toHaveLength(ids.length);
    expect((await list('?legacy=true')).voices).toEqual(ids);
    expect((await list('?provider=nobody')).data).toEqual([]);
    expect((await list('?model=local/flite')).data.every(({ providers }) => providers.includes('local'))).toBe(true);
  });

  it('asks for a key where there are any', async () => {
    const open = { model: 'tts-1', voice: 'alloy', input: 'Hello.', response_format: 'pcm' } as const;
    const guarded = await startGateway({ PARLANCE_API_KEYS: 'the-right-key' }, 'the-right-key');
    expect((await guarded.client.audio.speech.create(open)).status).toBe(200);
    const stranger = guarded.client.withOptions({ apiKey: 'another-key' });
    await expect(stranger.audio.speech.create(open)).rejects.toThrow(AuthenticationError);
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect((await fetch(`${guarded.url}/health/live`)).status).toBe(200);
    await guarded.close();
  });

  it('describes its routes with their fields', async () => {
    const document = (await (await fetch(`${gateway.url}/docs/json`)).json()) as {
      paths: Record<string, object>;
      components: { schemas: Record<string, { properties?: object }> };
    };
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/v1/audio/speech', '/v1/audio/transcriptions', '/v1/audio/voices', '/v1/models', '/v1/voice/speak']),
    );
    for (const [name, { properties = {} }] of Object.entries(document.components.schemas)) {
      expect([name, Object.keys(properties).length > 0]).toEqual([name, true]);
    }
    expect((await fetch(`${gateway.url}/docs`)).headers.get('content-type')).toContain('text/html');
  });
});
