import { startGateway, type RunningGateway } from './support/gateway.js';

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

describe('stored files', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ PARLANCE_RETENTION_DAYS: '1' });
  });
  afterAll(() => gateway.close());

  const get = async (path: string) => (await fetch(`${gateway.url}/v1/files/${path}`)).json();
  const speak = async (): Promise<{ file: { id: string; sizeBytes: number }; url: string; expiresAt: string }> => {
    const response = await fetch(`${gateway.url}/v1/voice/speak`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: 'Kept for a day.', format: 'opus', delivery: 'url', agent: 'bot', expiresInSeconds: 604_800 }),
    });
    return (await response.json()) as Awaited<ReturnType<typeof speak>>;
  };

  it('speech is described by its id as it was when it was stored, and written once', async () => {
    const spoken = await speak();
    expect(await get(spoken.file.id)).toEqual(spoken.file);
    expect(spoken.file).toEqual({
      id: expect.any(String),
      originalFilename: 'speech.ogg',
      mediaType: 'audio/ogg',
      sizeBytes: expect.any(Number),
      durationSeconds: expect.any(Number),
      format: 'opus',
      sampleRate: 24_000,
      channels: 1,
      createdAt: expect.any(String),
      bucket: 'filesystem',
      key: expect.stringMatching(/^voice\/speech\/default\/bot\/.*\.ogg$/),
    });
    expect((await speak()).file).toEqual(spoken.file);
  });

  it('no link is good for longer than its file', async () => {
    const { file, expiresAt } = await speak();
    const fresh = (await get(`${file.id}/url?expiresInSeconds=604800`)) as { expiresAt: string };
    for (const end of [expiresAt, fresh.expiresAt]) expect(Date.parse(end) - Date.now()).toBeLessThanOrEqual(DAY_MILLISECONDS);
  });

  it('a deleted file has no link that leads to it', async () => {
    const { file, url } = await speak();
    expect((await fetch(url)).status).toBe(200);
    expect((await fetch(`${gateway.url}/v1/files/${file.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(`${gateway.url}/v1/files/${file.id}/url`)).status).toBe(404);
  });
});
