import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@parlance/testing';
import { VoiceObservers, type RequestNews } from '@parlance/voice';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { trace } from '../__fixtures__/fake-voice.js';
import { LiveEvents } from '../__fixtures__/live-events.js';
import { answerOf, postJson } from '../__fixtures__/post.js';
import { KeyRing } from '../access/key-ring.service.js';
import { DiskSpace } from '../health/disk-space.js';
import { EventLoopDelay } from '../health/event-loop-delay.js';
import { DrainService } from '../http/drain.service.js';
import { Webhooks } from '../jobs/webhooks/webhooks.js';
import type { Status } from './status.types.js';

const { version } = JSON.parse(readFileSync(join(__dirname, '../../../../package.json'), 'utf8')) as { version: string };
const NONE = { ok: 0, failed: 0 };

describe('/v1/status', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway();
    await eventually(async () => (await status()).state !== 'starting', 'It did not start.', 30_000);
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    // The machine that tests run on may be full or busy.
    jest.spyOn(gateway.application.get(DiskSpace), 'of').mockResolvedValue({ free: 1_000_000, total: 1_000_000 });
    jest.spyOn(gateway.application.get(EventLoopDelay), 'longest', 'get').mockReturnValue(0);
  });

  const url = () => `${gateway.url}/v1/status`;
  const status = async () => (await answerOf(fetch(url()))).json as unknown as Status;
  const follow = () => LiveEvents.open<Status>(url(), 'status');
  const observers = () => gateway.application.get(VoiceObservers, { strict: false });

  function ended(outcome: RequestNews['outcome'], more: Partial<RequestNews['trace']> = {}): void {
    const { operation } = { ...trace, ...more };
    observers().tell({ type: 'begun', operation });
    const plan = [{ provider: 'local', model: 'flite' }];
    const content = () => undefined;
    const rest = { usage: {}, began: new Date(), tenant: 'default', content };
    observers().tell({ type: 'request', outcome, trace: { ...trace, plan, ...more }, ...rest });
  }

  it('tells everything in one answer', async () => {
    const now = await status();
    expect(now).toEqual({
      object: 'status',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      version,
      uptimeSeconds: expect.any(Number),
      state: 'ready',
      degraded: [],
      providers: [expect.objectContaining({ name: 'local', heldOpen: false, models: [] })],
      retiring: [],
      cache: { lookups: 0, hits: 0, partial: 0, coalesced: 0, misses: 0, memoryBytes: 8, memoryEntries: 7 },
      requests: { active: 0, speak: NONE, transcribe: NONE },
      queues: ['jobs', 'webhooks', 'chats'].map((name) => ({ name, waiting: 0, active: 0, oldestSeconds: 0 })),
      process: {
        residentBytes: expect.any(Number),
        heapBytes: expect.any(Number),
        eventLoopP99Milliseconds: expect.any(Number),
        node: process.version,
      },
    });
    expect(now.providers).toEqual((await answerOf(fetch(`${gateway.url}/v1/providers`))).json['data']);
  });

  it('has no field that docs/http-api.md does not name', async () => {
    const [, section = ''] = readFileSync(join(__dirname, '../../../../docs/http-api.md'), 'utf8').split(/^## Status and traces$/m);
    const rows = section.split('`GET /v1/traces`', 1)[0] ?? '';
    const { state, degraded, providers, retiring, cache, requests, queues, process: resources } = await status();
    const outcomes = [requests, requests.speak, requests.transcribe];
    const parts = [
      { state, degraded, providers, retiring, cache, requests, queues, process: resources },
      cache,
      ...outcomes,
      ...queues,
      resources,
    ];
    const names = new Set(parts.flatMap((part) => Object.keys(part)));
    expect([...names].filter((name) => !rows.includes(`\`${name}\``))).toEqual([]);
  });

  it('counts what has ended, and what has not', async () => {
    for (const cache of ['hit', 'hit', 'partial', 'coalesced', 'miss', 'off'] as const) ended('ok', { cache });
    ended('server');
    ended('aborted');
    ended('invalid', { operation: 'transcribe', plan: [] });
    observers().tell({ type: 'begun', operation: 'speak' });
    expect(await status()).toMatchObject({
      cache: { lookups: 7, hits: 2, partial: 1, coalesced: 1, misses: 3 },
      requests: { active: 1, speak: { ok: 6, failed: 1 }, transcribe: { ok: 0, failed: 1 } },
    });
  });

  it('leaves out a queue of which nothing is known', async () => {
    jest.spyOn(gateway.application.get(Webhooks, { strict: false }), 'measure').mockRejectedValueOnce(new Error('away'));
    expect((await status()).queues.map(({ name }) => name)).toEqual(['jobs', 'chats']);
  });

  it('says what is not well', async () => {
    const problems = jest.spyOn(gateway.application.get(KeyRing), 'problems').mockReturnValue(['line 3: is no key']);
    expect(await status()).toMatchObject({ state: 'degraded', degraded: ['keys'] });
    problems.mockRestore();
  });

  it('is sent at once and whenever it has changed, and a last time when the process is told to stop', async () => {
    const [one, other] = [await follow(), await follow()];
    expect(await one.next()).toMatchObject({ state: 'ready', providers: [{ heldOpen: false }] });
    await postJson(`${gateway.url}/v1/providers/local/breaker`, { action: 'open' });
    const held = ({ providers }: Status) => providers[0]?.heldOpen === true;
    // Readiness is looked at once a second, too.
    const unable = await one.until((now) => held(now) && now.state === 'unavailable');
    expect(unable.degraded).toEqual(['speech', 'transcription']);
    expect((await other.until(held)).providers).toMatchObject([{ away: { speak: 'manual', transcribe: 'manual' } }]);
    void gateway.application.get(DrainService).drain(AbortSignal.abort());
    await one.until(({ state }) => state === 'stopping');
    expect(await one.next()).toBeUndefined();
    await other.until(({ state }) => state === 'stopping');
    expect(await other.next()).toBeUndefined();
  });
});
