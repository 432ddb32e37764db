import type { TranscriptionRequest } from '@parlance/contracts';
import {
  describeSpeechProvider,
  describeTranscriptionProvider,
  jsonBody,
  OPENAI_KEY,
  parseMultipart,
  SPOKEN_TEXT,
  spokenAudio,
  startOpenaiStandIn,
  type CapturedRequest,
  type StandIn,
  type VendorErrorCase,
} from '@parlance/testing';
import OpenAI, { toFile } from 'openai';
import { ConnectionPools } from '../http/connection-pools.js';
import { createProvider } from '../create-provider.js';
import { providerMaker, speechRequestWith, transcriptionRequestWith } from '../requests/__fixtures__/vendor-requests.js';

const reply = (status: number, error: object, headers: Record<string, string> = {}) => ({
  kind: 'reply' as const,
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error: { type: 'error', param: null, ...error } }),
});
const errors: readonly VendorErrorCase[] = [
  { name: 'auth', reply: reply(401, { message: 'Incorrect API key provided.', code: 'invalid_api_key' }), expect: { code: 'auth' } },
  { name: 'permission', reply: reply(403, { message: 'Not allowed.', code: null }), expect: { code: 'permission' } },
  { name: 'quota', reply: reply(429, { message: 'You exceeded your quota.', code: 'insufficient_quota' }), expect: { code: 'quota' } },
  {
    name: 'rate',
    reply: reply(429, { message: 'Slow down.', code: 'rate_limit_exceeded' }, { 'retry-after': '3', 'x-request-id': 'req_1' }),
    expect: { code: 'rate', retryAfterSeconds: 3, requestId: 'req_1' },
  },
  { name: 'rate without a hint', reply: reply(429, { message: 'Slow down.', code: 'rate_limit_exceeded' }), expect: { code: 'rate' } },
  { name: 'no room (Groq)', reply: reply(498, { message: 'Over capacity.', code: null }), expect: { code: 'rate' } },
  {
    name: 'invalid',
    reply: reply(400, { message: 'Bad value.', code: 'invalid_value' }),
    expect: { code: 'invalid', reason: 'invalid_value' },
  },
  {
    name: 'a text that is too long',
    reply: reply(400, { message: "Invalid 'input'.", code: 'string_above_max_length', param: 'input' }),
    expect: { code: 'too_large', reason: 'string_above_max_length' },
  },
  {
    name: 'a recording that is too long',
    reply: reply(400, {
      message: 'audio duration 1500.012 seconds is longer than 1400 seconds which is the maximum for this model',
      code: 'invalid_value',
    }),
    expect: { code: 'too_large' },
  },
  {
    name: 'no such voice',
    reply: reply(400, { message: "Invalid value: 'x'. Supported values are: 'alloy'.", code: 'invalid_value', param: 'voice' }),
    expect: { code: 'not_found' },
  },
  {
    name: 'no such voice, in older words',
    reply: reply(400, {
      message: "[{'type': 'enum', 'loc': ('body', 'voice'), 'msg': \"Input should be 'nova' or 'alloy'\"}]",
      code: null,
    }),
    expect: { code: 'not_found' },
  },
  {
    name: 'no such voice (Kokoro-FastAPI)',
    reply: {
      ...reply(400, {}),
      body: JSON.stringify({ detail: { error: 'validation_error', message: "Voice 'x' not found. Available voices: af_heart" } }),
    },
    expect: { code: 'not_found' },
  },
  {
    name: 'a voice that is forgotten',
    reply: reply(400, { message: 'Missing.', code: 'missing_required_parameter', param: 'voice' }),
    expect: { code: 'invalid' },
  },
  {
    name: 'a list of problems (FastAPI)',
    reply: {
      ...reply(422, {}),
      body: JSON.stringify({ detail: [{ loc: ['body', 'speed'], msg: 'Input should be a number', type: 'float_type' }] }),
    },
    expect: { code: 'invalid' },
  },
  {
    name: 'a language it lacks',
    reply: reply(400, { message: 'No.', code: 'unsupported_language', param: 'language' }),
    expect: { code: 'unsupported', reason: 'unsupported_language' },
  },
  {
    name: 'a format it lacks',
    reply: reply(400, {
      message: "response_format 'srt' is not compatible with model 'x'.",
      code: 'unsupported_value',
      param: 'response_format',
    }),
    expect: { code: 'unsupported' },
  },
  {
    name: 'a file format it lacks',
    reply: reply(400, { message: "Invalid file format. Supported formats: ['flac', 'mp3']", code: null, param: 'file' }),
    expect: { code: 'unsupported' },
  },
  {
    name: 'a file that is broken',
    reply: reply(400, { message: 'Audio file might be corrupted or unsupported', code: 'invalid_value', param: 'file' }),
    expect: { code: 'invalid' },
  },
  {
    name: 'a model that is gone (Groq)',
    reply: reply(400, { message: 'Gone.', code: 'model_decommissioned' }),
    expect: { code: 'not_found' },
  },
  {
    name: 'terms nobody agreed to (Groq)',
    reply: reply(400, { message: 'Agree.', code: 'model_terms_required' }),
    expect: { code: 'permission' },
  },
  { name: 'not_found', reply: reply(404, { message: 'No model.', code: 'model_not_found' }), expect: { code: 'not_found' } },
  { name: 'too_large', reply: reply(413, { message: 'Too large.', code: null }), expect: { code: 'too_large' } },
  { name: 'server', reply: reply(500, { message: 'Oops.', code: null }), expect: { code: 'server' } },
  { name: 'an error that came with 200', reply: reply(200, { message: 'Out of memory.', code: null }), expect: { code: 'server' } },
  { name: 'server, in words', reply: { kind: 'reply', status: 503, body: 'upstream connect error' }, expect: { code: 'server' } },
];

const make = providerMaker('openai', 'openai-compatible');
const speechRequest = speechRequestWith({ model: 'gpt-4o-mini-tts', voice: 'alloy' });
const requestOf = transcriptionRequestWith('whisper-1');
const transcriptionRequest = (changes: Partial<TranscriptionRequest> = {}) => requestOf(spokenAudio('mp3'), changes);
const textOf = (request: CapturedRequest, name: string) => jsonBody(request)[name] as string;

describeSpeechProvider('openai-compatible', {
  start: async () => {
    const standIn = await startOpenaiStandIn();
    return {
      standIn,
      goodKey: OPENAI_KEY,
      create: (settings) => {
        const { speech, close, probe } = make(`${standIn.url}/v1`, settings);
        return { provider: speech, close, probe };
      },
      request: speechRequest,
      wire: {
        text: (request) => textOf(request, 'input'),
        voice: (request) => textOf(request, 'voice'),
        model: (request) => textOf(request, 'model'),
        format: (request) => textOf(request, 'response_format'),
        speed: (request) => jsonBody(request)['speed'] as number | undefined,
      },
      errors,
      streams: true,
      unsupported: { pitch: 3 },
    };
  },
});

describeTranscriptionProvider('openai-compatible', {
  start: async () => {
    const standIn = await startOpenaiStandIn();
    return {
      standIn,
      goodKey: OPENAI_KEY,
      create: (settings) => {
        const { transcription, close, probe } = make(`${standIn.url}/v1`, settings);
        return { provider: transcription, close, probe };
      },
      request: transcriptionRequest,
      wire: {
        model: (request) => multipartField(request, 'model'),
        language: (request) => multipartField(request, 'language'),
        prompt: (request) => multipartField(request, 'prompt'),
        audio: async (request) => (await parseMultipart(request)).files[0]!.bytes,
      },
      errors,
      silence: {
        kind: 'reply',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"text":"","duration":2,"segments":[]}',
      },
      expected: { text: SPOKEN_TEXT, segments: true },
    };
  },
});

/** A field of a form whose text needs no parsing. */
function multipartField({ body }: CapturedRequest, name: string): string | undefined {
  return new RegExp(`name="${name}"\\r\\n\\r\\n([^\\r]*)\\r\\n`).exec(body.toString('latin1'))?.[1];
}

describe('openai-compatible', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startOpenaiStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());
  const signal = () => new AbortController().signal;

  /** What differs on purpose is left out of the comparison, each with its reason. */
  const comparable = ({ method, path, headers }: CapturedRequest) => ({ method, path, authorization: headers.authorization });

  it('asks for speech exactly as the official client does', async () => {
    const ours = make(`${standIn.url}/v1`, { key: OPENAI_KEY });
    const audio = await ours.speech.speak(speechRequest({ text: 'Same.', format: 'opus', speed: 1.25, instructions: 'softly' }), signal());
    for await (const chunk of audio.chunks) expect(chunk.length).toBeGreaterThan(0);
    await ours.close();
    const client = new OpenAI({ baseURL: `${standIn.url}/v1`, apiKey: OPENAI_KEY });
    const voice = 'alloy';
    await client.audio.speech.create({
      model: 'gpt-4o-mini-tts',
      input: 'Same.',
      voice,
      response_format: 'opus',
      speed: 1.25,
      instructions: 'softly',
    });
    const [first, second] = standIn.requests;
    expect(comparable(first!)).toEqual(comparable(second!));
    expect(jsonBody(first!)).toEqual(jsonBody(second!));
  });

  it('asks for a transcript exactly as the official client does', async () => {
    const ours = make(`${standIn.url}/v1`, { key: OPENAI_KEY });
    await ours.transcription.transcribe(transcriptionRequest({ language: 'en-US', prompt: 'names', temperature: 0.2 }), signal());
    await ours.close();
    const client = new OpenAI({ baseURL: `${standIn.url}/v1`, apiKey: OPENAI_KEY });
    const file = await toFile(spokenAudio('mp3'), 'audio.mp3');
    const wish = { model: 'whisper-1', language: 'en', prompt: 'names', temperature: 0.2, response_format: 'verbose_json' } as const;
    await client.audio.transcriptions.create({ ...wish, file });
    const [first, second] = standIn.requests;
    expect(comparable(first!)).toEqual(comparable(second!));
    const forms = await Promise.all([parseMultipart(first!), parseMultipart(second!)]);
    const [mine, theirs] = forms.map(({ fields, files }) => ({
      fields: Object.fromEntries(fields),
      // The part's own content type differs: the server goes by the name.
      files: files.map(({ name, filename, bytes }) => ({ name, filename, bytes })),
    }));
    expect(mine).toEqual(theirs);
  });

  it('knows the language by code or by name, and tokens from seconds', async () => {
    const { transcription, close } = make(`${standIn.url}/v1`, { key: OPENAI_KEY });
    expect(await transcription.transcribe(transcriptionRequest(), signal())).toMatchObject({ language: 'en', duration: 2 });
    expect(await transcription.transcribe(transcriptionRequest({ model: 'gpt-transcribe' }), signal())).toMatchObject({
      language: 'en',
      usage: { seconds: 2 },
    });
    expect(await transcription.transcribe(transcriptionRequest({ model: 'gpt-4o-transcribe' }), signal())).toMatchObject({
      usage: { inputTokens: 20, outputTokens: 6 },
    });
    await close();
  });

  it('leaves out words and segments without times', async () => {
    const words = [{ word: 'one' }, { word: 'two', start: 1, end: 2 }];
    const body = JSON.stringify({ text: 'one two', duration: 2, words, segments: [{ text: 'one two' }] });
    standIn.fail({ kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body });
    const { transcription, close } = make(`${standIn.url}/v1`, { key: OPENAI_KEY });
    const { text, segments, words: timed } = await transcription.transcribe(transcriptionRequest(), signal());
    await close();
    expect({ text, timed, segments }).toEqual({ text: 'one two', timed: [{ word: 'two', start: 1, end: 2 }], segments: undefined });
  });

  it('leaves instructions out, with a warning, for a model that takes none', async () => {
    const { speech, close } = make(`${standIn.url}/v1`, { key: OPENAI_KEY });
    const { warnings, chunks } = await speech.speak(speechRequest({ model: 'tts-1', instructions: 'softly' }), signal());
    for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
    expect(warnings).toMatchObject([{ code: 'unsupported_option', param: 'instructions' }]);
    await close();
  });

  it.each([
    ['groq', ['wav'], 200, true],
    ['kokoro', ['mp3', 'opus', 'flac', 'wav', 'pcm'], 4096, false],
  ] as const)('%s is the same with other data', async (server, formats, limit, transcribes) => {
    const pools = new ConnectionPools();
    const options = { server, baseUrl: `${standIn.url}/v1`, apiKey: OPENAI_KEY };
    const { speech, transcription } = createProvider({ name: server, provider: 'openai-compatible', options }, pools, {});
    expect(speech!.capabilities).toMatchObject({ formats, maximumText: { value: limit }, instructions: false });
    expect(transcription !== undefined).toBe(transcribes);
    await pools.close();
  });

  it('lists everything that is wrong with its options, and no value', () => {
    const options = { server: 'none', baseUrl: 'ftp://secret.example', apiKey: '' };
    const create = () => createProvider({ name: 'mine', provider: 'openai-compatible', options }, new ConnectionPools(), {});
    expect(create).toThrow(/'mine' cannot be used: .*server.*baseUrl.*apiKey/);
    expect(create).not.toThrow(/secret/);
  });
});
