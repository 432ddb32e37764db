import { eventually, OPENAI_KEY, SPOKEN_TEXT, spokenAudio, startOpenaiStandIn, type StandIn } from '@parlance/testing';
import { toFile } from 'openai';
import { startGateway, type RunningGateway } from './support/gateway.js';

describe('a vendor and the embedded engines behind one address', () => {
  let vendor: StandIn;
  let gateway: RunningGateway;
  beforeAll(async () => {
    vendor = await startOpenaiStandIn();
    gateway = await startGateway({ OPENAI_API_KEY: OPENAI_KEY, OPENAI_BASE_URL: `${vendor.url}/v1` });
  });
  afterEach(() => vendor.reset());
  afterAll(async () => {
    await gateway.close();
    await vendor.close();
  });

  const speak = async (model: string, input: string) => {
    const response = await gateway.client.audio.speech.create({ model, voice: 'alloy', input, response_format: 'mp3' });
    return { bytes: Buffer.from(await response.arrayBuffer()), provider: response.headers.get('x-parlance-provider'), response };
  };
  const down = {
    kind: 'reply',
    status: 503,
    headers: { 'content-type': 'application/json' },
    body: '{"error":{"message":"down"}}',
  } as const;

  it('serves the vendor first, its bytes untouched', async () => {
    const { bytes, provider } = await speak('tts-1', 'First the vendor.');
    expect(provider).toBe('openai');
    expect(bytes).toEqual(spokenAudio('mp3'));
  });

  it('tells how the vendor is without asking it', async () => {
    for (const probe of ['live', 'startup', 'ready', 'providers']) expect((await fetch(`${gateway.url}/health/${probe}`)).status).toBe(200);
    const { details } = (await (await fetch(`${gateway.url}/health/providers/openai`)).json()) as { details: { openai: object } };
    expect(details.openai).toMatchObject({ status: 'up', vendor: 'openai', credentials: 'present', away: {} });
    const { models, retiring } = details.openai as { models: object[]; retiring: object[] };
    expect(models).toContainEqual({
      model: 'tts-1',
      operation: 'speak',
      breaker: { state: 'closed' },
      latency: { median: expect.any(Number) },
      lastSuccess: expect.any(String),
    });
    expect(retiring).toContainEqual(expect.objectContaining({ model: 'tts-1', retires: '2027-01-06', daysLeft: expect.any(Number) }));
    expect(vendor.requests).toEqual([]);
  });

  it('keeps speaking when the vendor is down, and goes back to it', async () => {
    vendor.fail(down, down);
    const fallen = await speak('tts-1', 'Then the embedded engine.');
    expect(fallen.provider).toBe('local');
    expect(fallen.response.headers.get('x-parlance-attempts')).toBe('3');
    expect((await speak('tts-1', 'Then the embedded engine.')).provider).toBe('openai');
  });

  it('keeps listening when the vendor is down', async () => {
    const file = () => toFile(spokenAudio('wav'), 'speech.wav');
    vendor.fail(down, down);
    const { text } = await gateway.client.audio.transcriptions.create({ model: 'whisper-1', file: await file() });
    expect(text.toLowerCase()).toContain('morning');
    const pinned = await gateway.client.audio.transcriptions.create({ model: 'openai/gpt-transcribe', file: await file() });
    expect(pinned.text).toBe(SPOKEN_TEXT);
  });

  it('asks nobody else when a provider was named, and repeats no key', async () => {
    vendor.fail({ ...down, status: 401, body: JSON.stringify({ error: { message: `Incorrect API key provided: ${OPENAI_KEY}` } }) });
    const answer = await fetch(`${gateway.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'openai/tts-1', voice: 'alloy', input: 'Only this one.' }),
    });
    const body = await answer.text();
    expect(answer.status).toBe(502);
    expect(answer.headers.get('x-should-retry')).toBe('false');
    expect(body).toContain('check the key');
    expect(body).not.toContain(OPENAI_KEY);

    const health = async (path: string) => {
      const got = await fetch(`${gateway.url}/health/${path}`);
      return { status: got.status, text: await got.text() };
    };
    await eventually(async () => (await health('providers/openai')).text.includes('"away":{"speak":"auth"}'), 'Nobody tells.', 20_000);
    await eventually(async () => (await health('ready')).text.includes('"away":{"openai":"auth"}'), 'Nobody tells.', 20_000);
    for (const path of ['ready', 'providers', 'providers/openai']) {
      const { status, text } = await health(path);
      expect([path, status]).toEqual([path, 200]);
      expect(text).toContain('"status":"degraded"');
      expect(text).not.toMatch(/Incorrect|127\.0\.0\.1/);
      expect(text).not.toContain(OPENAI_KEY);
    }
  });

  it('tells which models will end', async () => {
    const model = await gateway.client.models.retrieve('openai/tts-1');
    expect(model).toMatchObject({ owned_by: 'openai', shutdown_date: '2027-01-06', successor: expect.stringContaining('realtime') });
    const health = (await (await fetch(`${gateway.url}/health/ready`)).json()) as {
      details: { models: { retiring: { model: string }[] } };
    };
    expect(health.details.models.retiring.map((one) => one.model)).toContain('openai/whisper-1');
  });
});
