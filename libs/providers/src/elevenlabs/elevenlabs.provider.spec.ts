import type { SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import {
  describeSpeechProvider,
  describeTranscriptionProvider,
  ELEVENLABS_KEY,
  jsonBody,
  parseMultipart,
  SPOKEN_TEXT,
  spokenAudio,
  startElevenlabsStandIn,
  type CapturedRequest,
  type ReplyFault,
  type StandIn,
  type VendorErrorCase,
} from '@parlance/testing';
import { createProvider } from '../create-provider.js';
import { ConnectionPools } from '../http/connection-pools.js';
import { make, sound, speechRequest, transcriptionRequest } from './__fixtures__/elevenlabs-requests.js';

const reply = (status: number, detail: unknown, headers: Record<string, string> = {}): ReplyFault => ({
  kind: 'reply',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ detail }),
});
const named = (status: number, word: string, headers?: Record<string, string>) => reply(status, { status: word, message: 'No.' }, headers);

const errors: readonly VendorErrorCase[] = [
  { name: 'auth', reply: named(401, 'invalid_api_key'), expect: { code: 'auth', reason: 'invalid_api_key' } },
  { name: 'permission', reply: named(401, 'missing_permissions'), expect: { code: 'permission' } },
  { name: 'not in this plan', reply: named(403, 'only_for_creator+'), expect: { code: 'permission' } },
  { name: 'quota, as a 401', reply: named(401, 'quota_exceeded'), expect: { code: 'quota', reason: 'quota_exceeded' } },
  {
    name: 'rate: too many at once',
    reply: named(429, 'too_many_concurrent_requests', { 'retry-after': '2', 'request-id': 'req_1' }),
    expect: { code: 'rate', retryAfterSeconds: 2, requestId: 'req_1' },
  },
  { name: 'rate: busy, without a hint', reply: named(429, 'system_busy'), expect: { code: 'rate', reason: 'system_busy' } },
  { name: 'invalid', reply: named(400, 'invalid_voice_settings'), expect: { code: 'invalid' } },
  {
    name: 'invalid, as a list',
    reply: reply(422, [{ loc: ['body', 'seed'], msg: 'Input should be a valid integer', type: 'int_type' }]),
    expect: { code: 'invalid', reason: 'int_type' },
  },
  {
    name: 'invalid, in the newer shape',
    reply: reply(400, { type: 'validation_error', code: 'invalid_parameters', message: 'No.', request_id: 'r' }),
    expect: { code: 'invalid', reason: 'invalid_parameters' },
  },
  { name: 'too long', reply: named(400, 'max_character_limit_exceeded'), expect: { code: 'too_large' } },
  {
    name: 'too long, as a list',
    reply: reply(422, [{ loc: ['body', 'text'], msg: 'String should have at most 5000 characters', type: 'string_too_long' }]),
    expect: { code: 'too_large', reason: 'string_too_long' },
  },
  {
    name: 'too long, in words',
    reply: reply(400, {
      status: 'bad_request',
      message: "This request's text has 627 characters and exceeds the character limit of 333 characters.",
    }),
    expect: { code: 'too_large' },
  },
  {
    name: 'a language the model lacks',
    reply: reply(400, {
      status: 'invalid_parameters',
      message: "Model 'eleven_monolingual_v1' does not support the language_code parameter.",
    }),
    expect: { code: 'unsupported' },
  },
  { name: 'a format the plan lacks', reply: named(403, 'output_format_not_allowed'), expect: { code: 'unsupported' } },
  { name: 'an id that is none', reply: named(400, 'invalid_uid'), expect: { code: 'not_found', reason: 'invalid_uid' } },
  { name: 'no such voice', reply: named(400, 'voice_not_found'), expect: { code: 'not_found' } },
  { name: 'not found', reply: reply(404, 'Not Found'), expect: { code: 'not_found' } },
  { name: 'server', reply: reply(500, 'Internal Server Error'), expect: { code: 'server' } },
  { name: 'server, in words', reply: { kind: 'reply', status: 503, body: 'upstream connect error' }, expect: { code: 'server' } },
];

describeSpeechProvider('elevenlabs', {
  start: async () => {
    const standIn = await startElevenlabsStandIn();
    return {
      standIn,
      goodKey: ELEVENLABS_KEY,
      create: (settings) => {
        const { speech, close, probe } = make(standIn.url, settings);
        return { provider: speech, close, probe };
      },
      request: speechRequest,
      wire: {
        text: (request) => jsonBody(request)['text'] as string,
        voice: ({ path }) => path.split('/')[3] ?? '',
        language: (request) => jsonBody(request)['language_code'] as string | undefined,
        speed: (request) => (jsonBody(request)['voice_settings'] as { speed: number } | undefined)?.speed,
        model: (request) => jsonBody(request)['model_id'] as string,
        format: ({ query }) => query.get('output_format') ?? undefined,
      },
      errors,
      streams: true,
    };
  },
});

describeTranscriptionProvider('elevenlabs', {
  start: async () => {
    const standIn = await startElevenlabsStandIn();
    return {
      standIn,
      goodKey: ELEVENLABS_KEY,
      create: (settings) => {
        const { transcription, close, probe } = make(standIn.url, settings);
        return { provider: transcription, close, probe };
      },
      request: (changes) => transcriptionRequest(spokenAudio('mp3'), changes),
      wire: {
        model: (request) => formField(request, 'model_id'),
        language: (request) => formField(request, 'language_code'),
        audio: async (request) => (await parseMultipart(request)).files[0]!.bytes,
      },
      errors,
      silence: {
        kind: 'reply',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"language_code":"eng","language_probability":0.1,"text":"","words":[],"audio_duration_secs":2}',
      },
      expected: { text: SPOKEN_TEXT, words: true },
    };
  },
});

/** A field of a form whose text needs no parsing. */
function formField({ body }: CapturedRequest, name: string): string | undefined {
  return new RegExp(`name="${name}"\\r\\n\\r\\n([^\\r]*)\\r\\n`).exec(body.toString('latin1'))?.[1];
}

describe('elevenlabs', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startElevenlabsStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());
  const signal = () => new AbortController().signal;

  async function speak(changes: Partial<SpeechRequest>, options: Record<string, unknown> = {}) {
    const { speech, close } = make(standIn.url, { key: ELEVENLABS_KEY }, options);
    try {
      const audio = await speech.speak(speechRequest(changes), signal());
      expect((await sound(audio)).length).toBeGreaterThan(0);
      return { audio, call: standIn.requests.at(-1)! };
    } finally {
      await close();
    }
  }

  async function hear(changes: Partial<TranscriptionRequest>) {
    const { transcription, close } = make(standIn.url, { key: ELEVENLABS_KEY });
    try {
      const transcript = await transcription.transcribe(transcriptionRequest(spokenAudio('mp3'), changes), signal());
      return { transcript, call: standIn.requests.at(-1)! };
    } finally {
      await close();
    }
  }

  it('sends all of a request', async () => {
    const options = { seed: 7, previous_text: 'Before.', voice_settings: { stability: 0.4 }, enable_logging: false };
    const { audio, call } = await speak({ text: 'Héllo & <you>.', language: 'pt-BR', speed: 1.1, format: 'opus', options });
    expect([call.method, call.path, Object.fromEntries(call.query)]).toEqual([
      'POST',
      '/v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb/stream',
      { enable_logging: 'false', output_format: 'opus_48000_64' },
    ]);
    expect(jsonBody(call)).toEqual({
      seed: 7,
      previous_text: 'Before.',
      text: 'Héllo & <you>.',
      model_id: 'eleven_flash_v2_5',
      language_code: 'pt',
      voice_settings: { stability: 0.4, speed: 1.1 },
    });
    expect(audio).toMatchObject({ sampleRate: 48_000, usage: { characters: 14 } });
  });

  it.each([
    ['mp3', undefined, 'mp3_44100_128', 44_100],
    ['mp3', 24_000, 'mp3_24000_48', 24_000],
    ['pcm', undefined, 'pcm_24000', 24_000],
    ['pcm', 15_000, 'pcm_16000', 16_000],
    ['opus', 16_000, 'opus_48000_64', 48_000],
  ] as const)('makes %s at the rate nearest to %s', async (format, wish, name, sampleRate) => {
    const { audio, call } = await speak({ format, ...(wish === undefined ? {} : { sampleRate: wish }) });
    expect([call.query.get('output_format'), audio.sampleRate]).toEqual([name, sampleRate]);
  });

  it('tells the language only to models that take it, and Bokmål as Norwegian', async () => {
    expect(jsonBody((await speak({ model: 'eleven_multilingual_v2', language: 'de' })).call)).not.toHaveProperty('language_code');
    expect(jsonBody((await speak({ language: 'nb-NO' })).call)).toMatchObject({ language_code: 'no' });
  });

  it('never lets a voice lead to another address', async () => {
    await expect(speak({ voice: '..' })).rejects.toMatchObject({ code: 'not_found', param: 'voice' });
    expect(standIn.requests).toHaveLength(0);
    await expect(speak({ voice: 'a/../../b?c' })).rejects.toMatchObject({ code: 'not_found', reason: 'voice_not_found' });
    expect(standIn.requests[0]!.path).toBe('/v1/text-to-speech/a%2F..%2F..%2Fb%3Fc/stream');
  });

  it('gives words, the language as BCP 47 and the confidence', async () => {
    const { transcript } = await hear({});
    expect(transcript).toMatchObject({ language: 'en', duration: 2, usage: { seconds: 2 }, warnings: [] });
    expect(transcript.words?.map(({ word }) => word)).toEqual(SPOKEN_TEXT.split(' '));
    expect(transcript.confidence).toBeCloseTo(Math.exp(-0.05));
  });

  it('times no words where nobody wants that', async () => {
    const { transcript } = await hear({ words: false });
    expect(transcript).toMatchObject({ text: SPOKEN_TEXT, duration: 2 });
    expect(transcript.words).toBeUndefined();
  });

  it('sends samples as samples, at their one rate', async () => {
    const bytes = spokenAudio('pcm');
    const { call } = await hear({ recording: { bytes, format: 'pcm', sampleRate: 16_000 } });
    const { fields, files } = await parseMultipart(call);
    expect([fields.get('file_format'), files[0]!.bytes.equals(bytes)]).toEqual([['pcm_s16le_16'], true]);
    await expect(hear({ recording: { bytes, format: 'pcm', sampleRate: 24_000 } })).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('sends options as fields, lists as several', async () => {
    const { call } = await hear({ options: { keyterms: ['Parlance', 'Nest'], diarize: true, enable_logging: false }, temperature: 0.5 });
    expect(Object.fromEntries((await parseMultipart(call)).fields)).toEqual({
      tag_audio_events: ['false'],
      keyterms: ['Parlance', 'Nest'],
      diarize: ['true'],
      model_id: ['scribe_v2'],
      temperature: ['0.5'],
    });
    expect(call.query.get('enable_logging')).toBe('false');
  });

  it.each([{ webhook: true }, { use_multi_channel: true }])('refuses %j, which has no transcript for an answer', async (options) => {
    await expect(hear({ options })).rejects.toMatchObject({ code: 'unsupported', param: 'options' });
    expect(standIn.requests).toHaveLength(0);
  });

  it('fails where a success holds no transcript', async () => {
    standIn.fail({
      kind: 'reply',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"request_id":"r","message":"later"}',
    });
    await expect(hear({})).rejects.toMatchObject({ code: 'server' });
  });

  it('takes what an account has of its own from the options', () => {
    const options = { voices: 'mine, JBFqnCBsd6RMkjVDRZzb', formats: 'mp3,pcm', languages: '*', maximumCharacters: '40000' };
    const { speech } = make(standIn.url, { key: ELEVENLABS_KEY }, options);
    expect(speech.capabilities).toMatchObject({
      voices: [
        { id: 'mine', name: 'mine', languages: ['*'] },
        { id: 'JBFqnCBsd6RMkjVDRZzb', name: 'George' },
      ],
      formats: ['mp3', 'pcm'],
      maximumText: { unit: 'characters', value: 40_000 },
    });
    const create = (wrong: object) => () =>
      createProvider({ name: 'elevenlabs', provider: 'elevenlabs', options: { apiKey: 'k', ...wrong } }, new ConnectionPools(), {});
    expect(create({ formats: 'flac', apiKey: '', maximumCharacters: 0 })).toThrow(/apiKey.*formats.*maximumCharacters/);
    expect(create({ voices: '' })).toThrow(/voices/);
  });
});
