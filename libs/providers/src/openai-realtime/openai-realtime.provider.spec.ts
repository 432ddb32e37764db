import { connect } from 'node:net';
import type { SpeechRequest } from '@parlance/contracts';
import {
  OPENAI_KEY,
  openaiError,
  speechProviderChecks,
  spokenAudio,
  startRealtimeStandIn,
  type CapturedRequest,
  type ProviderSettings,
  type RealtimeStandIn,
  type SpeechBench,
  type VendorErrorCase,
} from '@parlance/testing';
import OpenAI from 'openai';
import { OpenAIRealtimeWS } from 'openai/realtime/ws';
import type { RealtimeClientEvent } from 'openai/resources/realtime/realtime';
import { accountsFromEnvironment } from '../accounts.js';
import { createProvider } from '../create-provider.js';
import { ConnectionPools } from '../http/connection-pools.js';
import { sidesOf } from '../requests/__fixtures__/vendor-requests.js';

/** A refused handshake. */
const refusal = (
  status: number,
  code: string | null,
  expected: VendorErrorCase['expect']['code'],
  headers: Record<string, string> = {},
): VendorErrorCase => {
  const { body, headers: usual } = openaiError(status, 'What OpenAI says about it.', code);
  return {
    name: `${status} ${code}`,
    reply: { kind: 'reply', status, headers: { ...usual, 'x-request-id': 'req_1', ...headers }, body: body as string },
    expect: { code: expected, requestId: 'req_1' },
  };
};
const errors: readonly VendorErrorCase[] = [
  refusal(401, 'invalid_api_key', 'auth'),
  refusal(403, 'unsupported_country', 'permission'),
  refusal(429, 'insufficient_quota', 'quota'),
  refusal(429, 'rate_limit_exceeded', 'rate'),
  refusal(400, 'invalid_value', 'invalid'),
  refusal(404, 'model_not_found', 'not_found'),
  refusal(400, 'string_above_max_length', 'too_large'),
  refusal(500, null, 'server'),
  { name: 'a page', reply: { kind: 'reply', status: 503, body: '<html>upstream</html>' }, expect: { code: 'server' } },
];

function make(standIn: RealtimeStandIn, { key, ...limits }: ProviderSettings, options: object = {}) {
  const pools = new ConnectionPools();
  const account = { apiKey: key, baseUrl: `${standIn.url}/v1`, ...options };
  const { speech, probe } = sidesOf(createProvider({ name: 'realtime', provider: 'openai-realtime', options: account }, pools, limits));
  return { provider: speech, probe, close: () => pools.close() };
}

const speechRequest = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
  text: 'Hello there, 3 friends!',
  model: 'gpt-realtime-2.1-mini',
  voice: 'marin',
  language: 'en',
  format: 'pcm',
  speed: 1,
  pitch: 0,
  volumeGain: 0,
  ...changes,
});

type Update = Extract<RealtimeClientEvent, { type: 'session.update' }> & { session: { type: 'realtime' } };

function eventsOf({ body }: CapturedRequest) {
  const [update, item, create] = JSON.parse(body.toString('utf8')) as [Update, { item: { content: { text: string }[] } }, object];
  return { session: update.session, text: item.item.content[0]!.text, create };
}

/**
 * The shared checks but one: an utterance is a connection here, because the voice of a session cannot be changed once
 * it has spoken, and what was said before would be part of what the model goes by.
 */
describe('openai-realtime as a speech provider', () => {
  const inapplicable = 'uses its connections again, after failures too';
  const checks = speechProviderChecks.filter(({ name }) => name !== inapplicable);
  let bench: SpeechBench;
  beforeAll(async () => {
    const standIn = await startRealtimeStandIn();
    bench = {
      standIn,
      goodKey: OPENAI_KEY,
      create: (settings) => make(standIn, settings),
      request: speechRequest,
      wire: {
        text: (request) => eventsOf(request).text,
        voice: (request) => eventsOf(request).session.audio?.output?.voice as string,
        model: (request) => request.query.get('model') ?? undefined,
        language: (request) => /\(([a-z-]+)\)/i.exec(eventsOf(request).session.instructions ?? '')?.[1],
        speed: (request) => eventsOf(request).session.audio?.output?.speed,
        format: (request) => eventsOf(request).session.audio?.output?.format?.type,
      },
      errors,
      streams: true,
    };
  });
  afterEach(() => bench.standIn.reset());
  afterAll(() => bench.standIn.close());

  it.each(checks.map((check) => [check.name, check] as const))('%s', async (_name, check) => {
    await expect(check.run(bench)).resolves.toBeUndefined();
  });

  it('leaves out no other check', () => {
    expect(checks).toHaveLength(speechProviderChecks.length - 1);
  });
});

describe('openai-realtime', () => {
  let standIn: RealtimeStandIn;
  beforeAll(async () => {
    standIn = await startRealtimeStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());

  async function speak(changes: Partial<SpeechRequest> = {}, options: object = {}) {
    const { provider, close } = make(standIn, { key: OPENAI_KEY }, options);
    let received = 0;
    try {
      const audio = await provider.speak(speechRequest(changes), new AbortController().signal);
      for await (const chunk of audio.chunks) received += chunk.length;
      return { audio, received };
    } catch (error) {
      return { error, received };
    } finally {
      await close();
    }
  }

  it('asks exactly as the official client does', async () => {
    await speak({
      text: 'Same.',
      voice: 'voice_mine',
      speed: 1.25,
      instructions: 'softly',
      language: 'en-GB',
      options: { max_output_tokens: 500 },
    });
    const { session } = eventsOf(standIn.calls[0]!);
    const events: RealtimeClientEvent[] = [
      {
        type: 'session.update',
        session: {
          type: 'realtime',
          output_modalities: ['audio'],
          // Ours to choose; that it holds language and manner is checked below.
          instructions: session.instructions!,
          audio: { output: { format: { type: 'audio/pcm', rate: 24_000 }, voice: { id: 'voice_mine' }, speed: 1.25 } },
          max_output_tokens: 500,
        },
      },
      { type: 'conversation.item.create', item: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Same.' }] } },
      { type: 'response.create' },
    ];
    await official(events);
    const [ours, theirs] = standIn.calls.map(({ method, path, query, headers, body }) => ({
      method,
      path,
      query: [...query],
      authorization: headers.authorization,
      version: headers['sec-websocket-version'],
      events: JSON.parse(body.toString('utf8')) as unknown,
    }));
    expect(ours).toEqual(theirs);
    expect(session.instructions).toMatch(/word for word.*British English \(en-GB\).*softly/);
  });

  async function official(events: readonly RealtimeClientEvent[]): Promise<void> {
    const url = new URL(standIn.url);
    const client = new OpenAI({ apiKey: OPENAI_KEY, baseURL: `${standIn.url}/v1` });
    // The client insists on wss: what it would say over TLS goes over a plain socket here.
    const createConnection = (() => connect(Number(url.port), url.hostname)) as never;
    const realtime = new OpenAIRealtimeWS({ model: 'gpt-realtime-2.1-mini', options: { createConnection } }, client);
    await new Promise<void>((resolve, reject) => {
      realtime.on('error', reject);
      realtime.on('response.done', () => resolve());
      realtime.socket.on('open', () => {
        for (const event of events) realtime.send(event);
      });
    }).finally(() => realtime.close());
  }

  it.each([
    'Sure! Here you go: hello there, 3 friends!',
    'Hello there, 3 friend',
    'Hello there, 3 friends! How are you?',
    'Hello, 3 friends!',
    '',
  ])('breaks the stream when %p is spoken instead', async (transcript) => {
    standIn.answerOddly({ transcript });
    const { error, audio } = await speak();
    expect(audio).toBeUndefined();
    expect(error).toMatchObject({ code: 'server', reason: 'text_changed', provider: 'realtime' });
    expect(String(error)).not.toMatch(/friends/);
  });

  it('has delivered what came before the words differed', async () => {
    standIn.answerOddly({ transcript: 'Hello there, 3 friends! Anything else?' });
    const { error, received } = await speak();
    expect(error).toMatchObject({ reason: 'text_changed' });
    expect(received).toBeGreaterThan(0);
  });

  it('does not mind case, punctuation, and where words are divided', async () => {
    standIn.answerOddly({ transcript: 'hello  there – 3 Friends' }, { transcript: "Don't e-mail caf\u00E9" });
    expect((await speak()).received).toBeGreaterThan(0);
    expect((await speak({ text: 'Don\u2019t email cafe\u0301.' })).received).toBeGreaterThan(0);
  });

  it('loses nothing of a long answer that is read slowly', async () => {
    const times = 60;
    standIn.answerOddly({ times });
    const { provider, close } = make(standIn, { key: OPENAI_KEY });
    const { chunks } = await provider.speak(speechRequest(), new AbortController().signal);
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) {
      parts.push(chunk);
      // More comes in meanwhile than may wait.
      if (parts.length % 50 === 1) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await close();
    expect(Buffer.concat(parts).equals(Buffer.concat(Array<Buffer>(times).fill(spokenAudio('pcm'))))).toBe(true);
  });

  it('frees the connection when a long answer is left in the middle', async () => {
    standIn.answerOddly({ times: 60 });
    const { provider, close } = make(standIn, { key: OPENAI_KEY });
    const { chunks } = await provider.speak(speechRequest(), new AbortController().signal);
    for await (const chunk of chunks) {
      expect(chunk.length).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      break;
    }
    while (standIn.openSockets > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(standIn.calls).toMatchObject([{ aborted: true }]);
    await close();
  });

  it('takes whatever is spoken where that is wanted', async () => {
    standIn.answerOddly({ transcript: 'Something else.' });
    expect((await speak({}, { verifyText: false })).received).toBeGreaterThan(0);
  });

  it.each([
    ['incomplete', { reason: 'max_output_tokens' }, 'too_large', 'max_output_tokens'],
    ['incomplete', { reason: 'content_filter' }, 'invalid', 'content_filter'],
    ['failed', { error: { type: 'server_error', code: 'server_error' } }, 'server', 'server_error'],
    ['failed', { error: { type: 'requests', code: 'rate_limit_exceeded' } }, 'rate', 'rate_limit_exceeded'],
    ['failed', { error: { type: 'insufficient_quota', code: 'insufficient_quota' } }, 'quota', 'insufficient_quota'],
    ['failed', { error: { type: 'invalid_request_error', code: 'model_not_found', message: 'No.' } }, 'not_found', 'model_not_found'],
    ['cancelled', { reason: 'turn_detected' }, 'server', 'server_error'],
  ] as const)('takes a response that ended as %s (%j) for %s', async (status, details, code, reason) => {
    standIn.answerOddly({ end: { status, status_details: details } });
    expect((await speak()).error).toMatchObject({ code, reason });
  });

  it.each([
    ['invalid_request_error', 'invalid_value', 'invalid'],
    ['invalid_request_error', 'invalid_api_key', 'auth'],
    ['invalid_request_error', 'string_above_max_length', 'too_large'],
    ['invalid_request_error', null, 'invalid'],
    ['server_error', null, 'server'],
    ['requests', 'rate_limit_exceeded', 'rate'],
  ] as const)('reads an event with the error %s %s', async (type, code, expected) => {
    standIn.failByEvent({ type, code, message: `About sk-proj and ${OPENAI_KEY} and Hello there, 3 friends!`, param: null });
    const { error } = await speak();
    expect(error).toMatchObject({ code: expected, provider: 'realtime' });
    expect(String(error)).not.toMatch(/0123456789|friends/);
  });

  it('reads the error that comes before the connection is closed', async () => {
    expect((await speak({ model: 'gpt-none' })).error).toMatchObject({ code: 'not_found', reason: 'model_not_found' });
  });

  it('refuses a voice nobody has as the vendor does', async () => {
    expect((await speak({ voice: 'nobody' })).error).toMatchObject({ code: 'not_found', reason: 'invalid_value' });
  });

  it('is set up when a model is named, and not by the key alone', () => {
    const key = { OPENAI_API_KEY: OPENAI_KEY };
    const named = accountsFromEnvironment({ ...key, OPENAI_REALTIME_MODEL: 'gpt-realtime-2.1' }).accounts;
    expect(named).toContainEqual({
      name: 'openai-realtime',
      provider: 'openai-realtime',
      options: { apiKey: OPENAI_KEY, model: 'gpt-realtime-2.1' },
    });
    expect(accountsFromEnvironment(key).accounts.map(({ name }) => name)).toEqual(['openai']);
  });
});
