import { Agent, get as httpGet } from 'node:http';
import { eventually } from '@parlance/testing';
import { VoiceObservers, type RequestNews } from '@parlance/voice';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { trace } from '../__fixtures__/fake-voice.js';
import { LiveEvents } from '../__fixtures__/live-events.js';
import { answerOf } from '../__fixtures__/post.js';
import { DrainService } from '../http/drain.service.js';
import { LiveStreams, MOST_STREAMS } from '../http/live-streams.js';
import type { TraceRecord } from './trace-record.js';

const BEGAN = '2026-11-26T03:00:00.000Z';
const TEXT = 'What a user has said.';

describe('/v1/traces', () => {
  let gateway: FakeGateway;
  beforeAll(async () => {
    gateway = await startFakeGateway({ PARLANCE_TRACES: '3' });
  });
  afterAll(() => gateway.close());

  const get = (path = '') => answerOf(fetch(`${gateway.url}/v1/traces${path}`));
  const follow = (query = '') => LiveEvents.open<TraceRecord>(`${gateway.url}/v1/traces${query}`, 'trace');
  const ids = async (query = '') => ((await get(query)).json['data'] as TraceRecord[]).map(({ id }) => id);
  const idle = () => eventually(async () => gateway.application.get(LiveStreams).count === 0, 'A stream is still open.', 30_000);

  function tell(requestId: string | undefined, more: Partial<RequestNews> = {}, of = gateway): void {
    const news: RequestNews = {
      type: 'request',
      outcome: 'ok',
      trace,
      usage: { characters: 5 },
      began: new Date(BEGAN),
      tenant: 'default',
      content: () => ({ text: TEXT }),
      ...more,
    };
    const observers = of.application.get(VoiceObservers, { strict: false });
    observers.tell({ ...news, ...(requestId !== undefined && { origin: { requestId, route: '/v1/audio/speech' } }) });
  }

  it('lists the latest requests, newest first, without what was said', async () => {
    tell('one');
    tell('two', { outcome: 'quota', reason: 'budget_exceeded', tenant: 'acme', agent: 'anna' });
    const { status, json, text } = await get();
    expect(status).toBe(200);
    const common = { at: BEGAN, operation: 'speak', route: '/v1/audio/speech', trace, usage: { characters: 5 } };
    expect(json).toEqual({
      object: 'list',
      data: [
        { ...common, id: 'two', tenant: 'acme', agent: 'anna', outcome: 'quota', reason: 'budget_exceeded' },
        { ...common, id: 'one', tenant: 'default', outcome: 'ok' },
      ],
    });
    expect(text).not.toContain(TEXT);
    expect(await ids('?limit=1')).toEqual(['two']);
    expect((await get('/one')).json).toEqual({ ...common, id: 'one', tenant: 'default', outcome: 'ok' });
  });

  it('gives what was part of no request an id of its own, and forgets the oldest', async () => {
    tell(undefined);
    tell('four');
    expect(await ids()).toEqual(['four', expect.stringMatching(/^req_[0-9a-f]{32}$/), 'two']);
    expect(await get('/one')).toMatchObject({ status: 404, json: { error: { code: 'trace_not_found', param: null } } });
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'replay=-1', 'replay=1.5'])('%s is refused', async (query) => {
    expect(await get(`?${query}`)).toMatchObject({ status: 400, json: { error: { param: query.split('=')[0], code: 'invalid_value' } } });
  });

  it('begins to answer before there is anything to tell', async () => {
    const leaving = new AbortController();
    const response = await fetch(`${gateway.url}/v1/traces`, { headers: { accept: 'text/event-stream' }, signal: leaving.signal });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-cache, no-transform']);
    const { value } = await response.body!.pipeThrough(new TextDecoderStream()).getReader().read();
    expect(value).toBe(': nothing new\n\n');
    leaving.abort();
    await idle();
  });

  it('sends each as it ends, after those of before that are asked for', async () => {
    const events = await follow('?replay=2');
    expect([(await events.next())?.id, (await events.next())?.id]).toEqual([expect.stringMatching(/^req_/), 'four']);
    tell('five');
    tell('six');
    expect([(await events.next())?.id, (await events.next())?.id]).toEqual(['five', 'six']);
    await events.leave();
    await idle();
  });

  it('has only so many streams, and makes room when one is left', async () => {
    const open = await Promise.all(Array.from({ length: MOST_STREAMS }, () => follow()));
    await expect(follow()).rejects.toThrow(/^429 .*too_many_streams/s);
    expect((await get()).status).toBe(200);
    await Promise.all(open.map((events) => events.leave()));
    await idle();
    await (await follow()).leave();
    await idle();
  });

  it('has nothing where none are kept, and what was said where that is wanted', async () => {
    const none = await startFakeGateway({ PARLANCE_TRACES: '0' });
    const speaking = await startFakeGateway({ PARLANCE_TRACE_CONTENT: 'true' });
    for (const one of [none, speaking]) tell('one', {}, one);
    expect((await answerOf(fetch(`${none.url}/v1/traces`))).json['data']).toEqual([]);
    expect((await answerOf(fetch(`${speaking.url}/v1/traces/one`))).json['content']).toEqual({ text: TEXT });
    await Promise.all([none.close(), speaking.close()]);
  });

  it('ends its streams when the process is told to stop', async () => {
    const events = await follow('?replay=1');
    expect((await events.next())?.id).toBe('six');
    void gateway.application.get(DrainService).drain(AbortSignal.abort());
    expect(await events.next()).toBeUndefined();
  });

  it('begins none any more then, also for whoever has a connection already', async () => {
    const stopping = await startFakeGateway();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const status = (accept: string) =>
      new Promise((resolve, reject) => {
        const request = httpGet(`${stopping.url}/v1/traces`, { agent, headers: { accept } }, (response) => {
          resolve(response.statusCode);
          // A stream that has begun would have no end.
          if (accept === 'application/json') response.resume();
          else request.destroy();
        });
        request.once('error', reject);
      });
    expect(await status('application/json')).toBe(200);
    void stopping.application.get(DrainService).drain(AbortSignal.abort());
    expect(await status('text/event-stream')).toBe(503);
    agent.destroy();
    await stopping.close();
  });
});
