import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ParlanceError, type ErrorCode, type Operation } from '@parlance/contracts';
import { ProviderFactory } from '@parlance/providers';
import { eventually } from '@parlance/testing';
import { Upstreams } from '@parlance/voice';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { FakeVoice } from '../__fixtures__/fake-voice.js';
import { answerOf } from '../__fixtures__/post.js';
import { DiskSpace } from './disk-space.js';
import { EventLoopDelay } from './event-loop-delay.js';

const OPENAI = { OPENAI_API_KEY: 'sk-of-the-house' };
/** Longer than an answer stands, shorter than any breaker. */
const LATER_MILLISECONDS = 2500;

describe('/health', () => {
  let voice: FakeVoice;
  let gateway: FakeGateway;
  let upstreams: Upstreams;
  let loaded = (): void => undefined;
  let ahead = 0;
  beforeAll(async () => {
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
    voice = new FakeVoice();
    voice.ready = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    gateway = await startFakeGateway(OPENAI, voice);
    upstreams = gateway.application.get(Upstreams);
  });
  afterEach(() => {
    for (const name of ['openai', 'local']) upstreams.reset(name);
    ahead += LATER_MILLISECONDS;
  });
  afterAll(async () => {
    await gateway.close();
    jest.restoreAllMocks();
  });

  const get = (path: string) => answerOf(fetch(`${gateway.url}/health/${path}`));
  const detail = async (path: string, name: string) => ((await get(path)).json['details'] as Record<string, object>)[name];
  /** As answers stand for a while: that of a while later. */
  const later = (path: string) => {
    ahead += LATER_MILLISECONDS;
    return get(path);
  };
  const upstream = (provider: string, model: string, operation: Operation) =>
    upstreams.named({ provider, model, operation, fingerprint: gateway.application.get(ProviderFactory).fingerprintOf(provider) });
  const fail = (code: ErrorCode, ...which: Parameters<typeof upstream>) => {
    const { breaker, calls } = upstream(...which);
    const permit = breaker.acquire();
    if (permit === undefined) throw new Error('The breaker let nobody through.');
    calls.noting(permit, () => undefined).failed(new ParlanceError(code, 'WORDS-OF-A-VENDOR https://vendor.example'));
  };

  it('is alive at once, and ready when the engines are loaded', async () => {
    const statuses = async () => [(await get('live')).status, (await get('ready')).status, (await get('startup')).status];
    expect(await statuses()).toEqual([200, 503, 503]);
    expect(await detail('ready', 'engines')).toEqual({ status: 'down', state: 'starting' });
    loaded();
    await eventually(async () => (await get('startup')).status === 200, 'It did not start.', 30_000);
    expect(await statuses()).toEqual([200, 200, 200]);
    expect((await get('ready')).json['details']).toMatchObject({
      speech: { status: 'up', able: ['openai', 'local'] },
      transcription: { status: 'up', able: ['openai', 'local'] },
    });
  });

  it('names one that cannot serve, and stays ready while another can', async () => {
    fail('auth', 'openai', 'tts-1', 'speak');
    const answer = await later('ready');
    expect(answer).toMatchObject({
      status: 200,
      json: {
        status: 'degraded',
        details: {
          speech: { status: 'degraded', able: ['local'], away: { openai: 'auth' } },
          transcription: { status: 'up', able: ['openai', 'local'] },
        },
      },
    });
    expect(answer.text).not.toMatch(/WORDS-OF-A-VENDOR|vendor\.example|sk-of/);
  });

  it('is not ready while nobody can speak, and is again when somebody can', async () => {
    fail('auth', 'openai', 'tts-1', 'speak');
    fail('permission', 'local', 'flite', 'speak');
    expect(await later('ready')).toMatchObject({
      status: 503,
      json: { status: 'error', details: { speech: { status: 'down', able: [], away: { openai: 'auth', local: 'permission' } } } },
    });
    expect((await get('live')).status).toBe(200);
    upstream('local', 'flite', 'speak').breaker.close();
    expect(await later('ready')).toMatchObject({ status: 200, json: { details: { speech: { status: 'degraded', able: ['local'] } } } });
  });

  it('is not ready while nobody can transcribe', async () => {
    upstreams.hold('openai');
    fail('quota', 'local', 'moonshine-tiny', 'transcribe');
    expect(await later('ready')).toMatchObject({
      status: 503,
      json: { details: { speech: { status: 'degraded', able: ['local'] }, transcription: { status: 'down', able: [] } } },
    });
  });

  it('tells which configured models will end', async () => {
    voice.retiring = [{ vendor: 'v', account: 'a', model: 'm', retires: '2027-01-06', daysLeft: 40, successor: 'n' }];
    const retiring = [{ model: 'a/m', retires: '2027-01-06', daysLeft: 40, successor: 'n' }];
    expect(await detail('ready', 'models')).toEqual({ status: 'up', retiring });
  });

  it('tells of a disk that is nearly full and of an event loop that was blocked, and stays ready', async () => {
    jest.spyOn(gateway.application.get(DiskSpace), 'of').mockResolvedValueOnce({ free: 1000, total: 1_000_000 });
    jest.spyOn(gateway.application.get(EventLoopDelay), 'longest', 'get').mockReturnValueOnce(1500);
    expect(await later('ready')).toMatchObject({
      status: 200,
      json: {
        status: 'degraded',
        details: {
          disk: { status: 'degraded', freeBytes: 1000, freeShare: 0.001 },
          eventLoop: { status: 'degraded', blockedMilliseconds: 1500 },
        },
      },
    });
  });

  describe('/providers', () => {
    it('shows every account with what is known of it, and nothing that a vendor or a caller has written', async () => {
      const { calls, latency } = upstream('openai', 'tts-1', 'speak');
      calls.succeeded();
      for (let answer = 1; answer <= 20; answer++) latency.add(answer);
      fail('quota', 'openai', 'tts-1', 'speak');
      fail('auth', 'openai', 'MADE-UP-BY-A-CALLER', 'speak');
      upstreams.named({ provider: 'openai', model: 'tts-1', operation: 'speak', fingerprint: 'of a caller' });
      ahead += LATER_MILLISECONDS;
      const { status, json, text } = await get('providers');
      expect(status).toBe(200);
      expect(json).toMatchObject({
        status: 'degraded',
        details: { local: { status: 'up', vendor: 'local', credentials: 'none', away: {} } },
      });
      const openai = await detail('providers', 'openai');
      expect(openai).toEqual({
        status: 'degraded',
        vendor: 'openai',
        operations: ['speak', 'transcribe'],
        credentials: 'present',
        away: { speak: 'quota' },
        retiring: [],
        models: [
          {
            model: 'tts-1',
            operation: 'speak',
            breaker: { state: 'open', cause: 'quota', openForMilliseconds: expect.any(Number) },
            latency: { median: 11, p95: 20 },
            lastSuccess: expect.stringMatching(/^20.*Z$/),
            lastError: { code: 'quota', at: expect.stringMatching(/^20.*Z$/) },
          },
        ],
      });
      expect(text).not.toMatch(/WORDS-OF-A-VENDOR|vendor\.example|sk-of|MADE-UP/);
      const operators = await answerOf(fetch(`${gateway.url}/v1/providers/openai`));
      expect(operators.json).toMatchObject({ away: { speak: 'quota' }, credentials: 'present', retiring: [] });
      expect(operators.json['models']).toContainEqual(
        expect.objectContaining({ model: 'tts-1', lastSuccess: expect.any(String), lastError: expect.objectContaining({ code: 'quota' }) }),
      );
    });

    it('is 503 only while nobody can serve', async () => {
      fail('auth', 'openai', 'tts-1', 'speak');
      expect(await later('providers')).toMatchObject({ status: 200, json: { status: 'degraded' } });
      upstreams.hold('local');
      expect(await later('providers')).toMatchObject({
        status: 503,
        json: { details: { openai: { status: 'down', away: { speak: 'auth' } }, local: { status: 'down', away: { speak: 'manual' } } } },
      });
    });

    it('of one account is 503 while it can do nothing that it is there for', async () => {
      fail('auth', 'openai', 'tts-1', 'speak');
      expect(await later('providers/openai')).toMatchObject({ status: 200, json: { details: { openai: { status: 'degraded' } } } });
      fail('auth', 'openai', 'gpt-transcribe', 'transcribe');
      expect(await later('providers/openai')).toMatchObject({
        status: 503,
        json: { status: 'error', details: { openai: { status: 'down', away: { speak: 'auth', transcribe: 'auth' } } } },
      });
      expect((await get('providers/local')).json).toMatchObject({ status: 'ok', details: { local: { status: 'up' } } });
      expect((await get('providers')).status).toBe(200);
    });

    it('of one that there is not names those that there are', async () => {
      expect(await get('providers/nobody')).toMatchObject({
        status: 404,
        json: { error: { code: 'provider_not_found', message: "There is no provider 'nobody'. Available: openai, local." } },
      });
    });
  });

  it('stays ready without engines that cannot be loaded while another can serve, and does not say why', async () => {
    const other = new FakeVoice();
    other.ready = Promise.reject(new Error('a path of this machine'));
    const crippled = await startFakeGateway(OPENAI, other);
    const factory = crippled.application.get(ProviderFactory);
    jest.spyOn(factory, 'hasLoaded').mockImplementation((name) => (name === 'local' ? false : undefined));
    const ask = (probe: string) => answerOf(fetch(`${crippled.url}/health/${probe}`));
    await eventually(async () => (await ask('startup')).status === 200, 'It did not start.', 30_000);
    const answer = await ask('ready');
    expect(answer).toMatchObject({
      status: 200,
      json: { status: 'degraded', details: { engines: { state: 'incomplete' }, speech: { away: { local: 'not_loaded' } } } },
    });
    expect(answer.text).not.toContain('path');
    crippled.application.get(Upstreams).hold('openai');
    ahead += LATER_MILLISECONDS;
    for (const probe of ['ready', 'startup']) {
      expect(await ask(probe)).toMatchObject({
        status: 503,
        json: { details: { engines: { status: 'down', state: 'incomplete' } } },
      });
    }
    await crippled.close();
  });

  it('tells which files of agents are broken, and stays ready', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-agents-'));
    writeFileSync(join(directory, 'broken.yaml'), 'tenant: [1]\n');
    writeFileSync(join(directory, 'good.yaml'), 'name: Good\n');
    const other = await startFakeGateway({ PARLANCE_AGENTS_DIR: directory });
    await eventually(async () => (await fetch(`${other.url}/health/startup`)).status === 200, 'It did not start.', 30_000);
    expect(await answerOf(fetch(`${other.url}/health/ready`))).toMatchObject({
      status: 200,
      json: { status: 'degraded', details: { agents: { status: 'degraded', files: ['broken.yaml'] } } },
    });
    await other.close();
    rmSync(directory, { recursive: true });
  });
});
