import { OPENAI_KEY, spokenAudio } from '@parlance/testing';
import { newText, speak } from '../chaos/support/ask.js';
import { startFleet, until, type Fleet } from '../chaos/support/fleet.js';
import { Scrape } from './support/metrics.js';

const BROKEN = { kind: 'reply', status: 500, body: '' } as const;

function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => (open = resolve));
  return { promise, open };
}

describe('metrics of the whole gateway', () => {
  let fleet: Fleet;
  beforeEach(async () => {
    const prices = { first: { 'tts-1': { perMillionCharacters: 1_000_000 } } };
    // Nothing here waits for a provider that is slow.
    fleet = await startFleet({ configuration: { prices }, environment: { PARLANCE_FIRST_BYTE_MILLISECONDS: '20000' } });
  });
  afterEach(() => fleet.close());

  const scrape = () => Scrape.of(fleet.url);
  const json = { 'content-type': 'application/json' };

  it('count a hit, a miss, a fallback, and a request that nobody could serve', async () => {
    await speak(fleet, { input: 'Hello.' });
    await speak(fleet, { input: 'Hello.' });
    fleet.first.standIn.fail(BROKEN);
    await speak(fleet);
    fleet.first.standIn.fail(BROKEN);
    fleet.second.standIn.fail(BROKEN);
    await speak(fleet);
    await fleet.client.audio.transcriptions.create({ model: 'whisper-1', file: new File([new Uint8Array(spokenAudio('wav'))], 'a.wav') });
    const metrics = await scrape();
    expect(metrics.of('parlance_requests_total')).toEqual({
      'speak first tts-1 ok miss': 1,
      'speak first tts-1 ok hit': 1,
      'speak second tts-1 ok miss': 1,
      'speak none none unavailable miss': 1,
      'transcribe first whisper-1 ok miss': 1,
    });
    expect(metrics.of('parlance_request_duration_seconds_count')).toEqual(metrics.of('parlance_requests_total'));
    expect(metrics.of('parlance_attempts_total')).toEqual({
      'speak first tts-1 ok': 1,
      'speak first tts-1 server': 2,
      'speak second tts-1 ok': 1,
      'speak second tts-1 server': 1,
      'transcribe first whisper-1 ok': 1,
    });
    expect(metrics.of('parlance_first_audio_seconds_count')).toEqual({ 'first tts-1': 1, 'second tts-1': 1 });
    expect(metrics.of('parlance_spoken_characters_total')).toMatchObject({ 'speak first tts-1': 'Hello.'.length });
    expect(metrics.of('parlance_cost_total')).toEqual({ 'speak first tts-1': 'Hello.'.length });
    expect(metrics.of('parlance_transcribed_seconds_total')).toEqual({ 'transcribe first whisper-1': expect.any(Number) });
    expect(metrics.of('parlance_cache_hits_total')).toEqual({ memory: 1 });
    expect(metrics.of('parlance_http_requests_total')).toMatchObject({
      'POST /v1/audio/speech 2xx': 3,
      'POST /v1/audio/speech 5xx': 1,
      'POST /v1/audio/transcriptions 2xx': 1,
    });
    expect(metrics.of('parlance_http_requests_in_progress')).toEqual({ '': 1 });
  });

  it('count those that share one piece of work, whose attempt counts once', async () => {
    const { promise, open } = gate();
    fleet.first.standIn.fail({ kind: 'late', release: promise });
    const both = [speak(fleet, { input: 'Shared.' }), speak(fleet, { input: 'Shared.' })];
    // They and the scrape.
    await until(async () => (await scrape()).of('parlance_http_requests_in_progress')[''] === 3);
    await until(async () => fleet.first.standIn.calls.length === 1);
    open();
    await Promise.all(both);
    const metrics = await scrape();
    expect(metrics.of('parlance_requests_total')).toEqual({ 'speak first tts-1 ok miss': 1, 'speak first tts-1 ok coalesced': 1 });
    expect(metrics.of('parlance_attempts_total')).toEqual({ 'speak first tts-1 ok': 1 });
    expect(metrics.of('parlance_coalesced_requests_total')).toEqual({ '': 1 });
    expect(metrics.of('parlance_first_audio_seconds_count')).toEqual({ 'first tts-1': 1 });
  });

  it('count a client who leaves in the middle, and a provider that does', async () => {
    const { promise, open } = gate();
    fleet.first.standIn.fail({ kind: 'gate', release: promise });
    const leaving = new AbortController();
    const response = await fetch(`${fleet.url}/v1/audio/speech`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: newText(), response_format: 'wav' }),
      signal: leaving.signal,
    });
    await response.body!.getReader().read();
    leaving.abort();
    await until(async () => Object.keys((await scrape()).of('parlance_requests_total')).length > 0);
    open();
    expect((await scrape()).of('parlance_requests_total')).toEqual({ 'speak first tts-1 aborted miss': 1 });
    fleet.first.standIn.fail({ kind: 'cut' });
    const input = `${newText()}, ${'and it goes on and on '.repeat(4)}`;
    expect(await speak(fleet, { input, format: 'wav' })).toMatchObject({ broken: true });
    const metrics = await scrape();
    const [broken] = Object.keys(metrics.of('parlance_broken_streams_total'));
    expect(broken).toMatch(/^speak first tts-1 (?:server|timeout)$/);
    expect(metrics.of('parlance_requests_total')).toEqual({ 'speak first tts-1 aborted miss': 1, [`${broken} miss`]: 1 });
    expect(metrics.of('parlance_attempts_total')).toEqual({ 'speak first tts-1 ok': 2 });
    expect(metrics.of('parlance_http_requests_total')['POST /v1/audio/speech 4xx']).toBe(2);
  });

  it('tell of breakers, turns, jobs, queues, and of what is refused', async () => {
    await speak(fleet);
    const hold = (action: string) =>
      fetch(`${fleet.url}/v1/providers/first/breaker`, { method: 'POST', headers: json, body: JSON.stringify({ action }) });
    expect((await scrape()).of('parlance_breaker_state')).toEqual({ 'speak first tts-1': 0, 'speak second tts-1': 0 });
    await hold('open');
    expect((await scrape()).of('parlance_breaker_state')).toEqual({ 'speak first tts-1': 2, 'speak second tts-1': 0 });
    await hold('close');
    const post = (path: string, body: object) =>
      fetch(`${fleet.url}${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) });
    await post('/v1/audio/speech', { model: 'first/nothing', voice: 'alloy', input: 'Hello.' });
    await post('/v1/audio/speech', { model: 'tts-1', voice: 'alloy', input: '...' });
    await post('/v1/agents/nobody/turns', { text: 'Hello.' });
    const { id } = (await (await post('/v1/jobs/speech', { text: 'A job.' })).json()) as { id: string };
    await until(async () => ((await (await fetch(`${fleet.url}/v1/jobs/${id}`)).json()) as { status: string }).status === 'completed');
    // What is told of as done may not have been put away yet.
    await until(async () => (await scrape()).of('parlance_queue_depth')['jobs running'] === 0);
    const metrics = await scrape();
    expect(metrics.of('parlance_requests_total')).toMatchObject({ 'speak none none invalid none': 1 });
    expect(metrics.of('parlance_turns_total')).toEqual({ 'none not_found': 1 });
    expect(metrics.of('parlance_agent_turns_total')).toEqual({ 'none not_found': 1 });
    expect(metrics.of('parlance_jobs_total')).toMatchObject({
      'speech queued': 1,
      'speech completed': 1,
      'speech failed': 0,
      'transcription queued': 0,
    });
    expect(metrics.of('parlance_queue_depth')).toEqual(
      Object.fromEntries(['jobs', 'webhooks', 'chats'].flatMap((name) => [`${name} waiting`, `${name} running`].map((one) => [one, 0]))),
    );
    expect(metrics.of('parlance_queue_oldest_seconds')).toEqual({ jobs: 0, webhooks: 0, chats: 0 });
    expect(metrics.of('parlance_server_up')).toEqual({});
    expect(Object.keys(metrics.of('parlance_build_info'))).toEqual([expect.stringContaining(process.versions.node)]);
    expect(metrics.of('nodejs_eventloop_lag_p99_seconds')).toEqual({ '': expect.any(Number) });
    expect(metrics.of('process_resident_memory_bytes')).toEqual({ '': expect.any(Number) });
  });
});

describe('metrics of hedges', () => {
  it('count a call that was begun because another was slow, and was faster', async () => {
    const fleet = await startFleet({ environment: { PARLANCE_HEDGED_SHARE: '1', PARLANCE_FIRST_BYTE_MILLISECONDS: '20000' } });
    for (let asked = 0; asked < 20; asked++) await speak(fleet);
    const { promise, open } = gate();
    fleet.first.standIn.fail({ kind: 'late', release: promise });
    expect(await speak(fleet)).toMatchObject({ status: 200, provider: 'second' });
    const metrics = await Scrape.of(fleet.url);
    open();
    expect(metrics.of('parlance_hedges_total')).toEqual({ 'speak second tts-1': 1 });
    expect(metrics.of('parlance_hedge_wins_total')).toEqual({ 'speak second tts-1': 1 });
    expect(metrics.of('parlance_attempts_total')).toEqual({
      'speak first tts-1 ok': 20,
      'speak first tts-1 aborted': 1,
      'speak second tts-1 ok': 1,
    });
    await fleet.close();
  });

  it('count calls that repeat one to the same provider', async () => {
    const fleet = await startFleet({ environment: { PARLANCE_RETRIES: '1', PARLANCE_SPEECH_PLAN: 'first' } });
    fleet.first.standIn.fail(BROKEN);
    expect(await speak(fleet)).toMatchObject({ status: 200 });
    expect((await Scrape.of(fleet.url)).of('parlance_retries_total')).toEqual({ 'speak first tts-1': 1 });
    await fleet.close();
  });
});

describe('the series of metrics', () => {
  it('are no more for three hundred names that callers make up, and say nothing of what they send', async () => {
    const fleet = await startFleet({
      environment: { PARLANCE_API_KEYS: 'a-key-of-a-caller', PARLANCE_ADMIN_KEYS: 'a-key-of-an-operator' },
    });
    const authorization = { authorization: 'Bearer a-key-of-a-caller' };
    const operator = { authorization: 'Bearer a-key-of-an-operator' };
    const ask = async (method: string, path: string, body?: object) => {
      const headers = { ...authorization, ...(body !== undefined && { 'content-type': 'application/json' }) };
      const answer = await fetch(`${fleet.url}${path}`, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
      await answer.arrayBuffer();
    };
    const askAll = async (name: string) => {
      const agent = { voice_settings: { enabled: true }, graph: name, name };
      await Promise.all([
        ask('POST', '/v1/audio/speech', { model: `first/${name}`, voice: 'alloy', input: `Secret ${name}` }),
        ask('POST', '/v1/voice/speak', { text: `Secret ${name}`, voice: name, providers: [name], tenant: name, agent: name }),
        ask('POST', `/v1/agents/${name}/turns`, { text: `Secret ${name}`, thread: name, user: name }),
        ask('POST', `/v1/agents/${name}/turns`, { text: `Secret ${name}`, config: agent }),
        ask('GET', `/${name}?secret=${name}`),
        ask('GET', `/v1/files/${name}`),
        ask('GET', `/v1/providers/${name}`),
      ]);
    };
    const askMany = async (from: number, to: number) => {
      for (let number = from; number < to; number += 10) {
        await Promise.all(Array.from({ length: 10 }, (_unused, index) => askAll(`made-up-${number + index}`)));
      }
    };
    // Reading them is a route as well.
    await Scrape.of(fleet.url, operator);
    await askMany(0, 50);
    const few = await Scrape.of(fleet.url, operator);
    await askMany(50, 300);
    const many = await Scrape.of(fleet.url, operator);
    expect(few.names('parlance_').length).toBeGreaterThan(100);
    const made = many.names('parlance_').filter((name) => !few.names('parlance_').includes(name));
    expect(made).toEqual([]);
    expect(many.of('parlance_http_requests_total')).toMatchObject({ 'GET unmatched 4xx': 300, 'GET /v1/files/:id 4xx': 300 });
    for (const secret of ['made-up', 'Secret', 'a-key-of-a-caller', OPENAI_KEY]) expect(many.text).not.toContain(secret);
    await fleet.close();
  });
});
