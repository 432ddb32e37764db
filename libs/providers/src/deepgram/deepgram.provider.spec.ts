import type { SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import {
  DEEPGRAM_KEY,
  describeSpeechProvider,
  describeTranscriptionProvider,
  jsonBody,
  SPOKEN_TEXT,
  spokenAudio,
  startDeepgramStandIn,
  type ProviderSettings,
  type StandIn,
  type VendorErrorCase,
} from '@parlance/testing';
import { createProvider } from '../create-provider.js';
import { ConnectionPools } from '../http/connection-pools.js';
import { sidesOf } from '../requests/__fixtures__/vendor-requests.js';

const reply = (status: number, error: object, headers: Record<string, string> = {}) => ({
  kind: 'reply' as const,
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ ...error, request_id: 'b1f0' }),
});
const legacy = (err_code: string, err_msg: string) => ({ err_code, err_msg });
const modern = (category: string, message: string, details: string) => ({ category, message, details });

const errors: readonly VendorErrorCase[] = [
  { name: 'auth', reply: reply(401, legacy('INVALID_AUTH', 'Invalid credentials.')), expect: { code: 'auth', reason: 'INVALID_AUTH' } },
  {
    name: 'auth (newer)',
    reply: reply(401, modern('UNAUTHORIZED', 'Invalid credentials.', 'Check.')),
    expect: { code: 'auth', reason: 'UNAUTHORIZED' },
  },
  {
    name: 'permission',
    reply: reply(403, modern('INSUFFICIENT_PERMISSIONS', 'No access to the model.', 'Ask for it.')),
    expect: { code: 'permission', reason: 'INSUFFICIENT_PERMISSIONS' },
  },
  {
    name: 'quota',
    reply: reply(402, legacy('ASR_PAYMENT_REQUIRED', 'Project does not have enough credits.')),
    expect: { code: 'quota', reason: 'ASR_PAYMENT_REQUIRED' },
  },
  {
    name: 'rate',
    reply: reply(429, legacy('TOO_MANY_REQUESTS', 'Please try again later.'), { 'retry-after': '3', 'dg-request-id': 'b1f0' }),
    expect: { code: 'rate', reason: 'TOO_MANY_REQUESTS', retryAfterSeconds: 3, requestId: 'b1f0' },
  },
  {
    name: 'rate without a hint (newer)',
    reply: reply(429, modern('TOO_MANY_REQUESTS', 'Too many requests.', 'Please try again later.')),
    expect: { code: 'rate', reason: 'TOO_MANY_REQUESTS' },
  },
  {
    name: 'invalid',
    reply: reply(400, legacy('Bad Request', 'Bad Request: failed to process audio: corrupt or unsupported data')),
    expect: { code: 'invalid', reason: 'Bad Request' },
  },
  {
    name: 'invalid (newer)',
    reply: reply(400, modern('INVALID_JSON', 'Invalid JSON submitted.', 'Json deserialize error: missing field `text`')),
    expect: { code: 'invalid', reason: 'INVALID_JSON' },
  },
  {
    name: 'a model that is not there',
    reply: reply(400, legacy('Bad Request', 'Bad Request: No such model/language/tier combination found.')),
    expect: { code: 'not_found', reason: 'Bad Request' },
  },
  {
    name: 'a format it does not make',
    reply: reply(400, modern('UNSUPPORTED_AUDIO_FORMAT', 'Unsupported audio format.', 'Check the encoding.')),
    expect: { code: 'unsupported', reason: 'UNSUPPORTED_AUDIO_FORMAT' },
  },
  { name: 'a body it does not take', reply: reply(415, legacy('Unsupported Media Type', 'No.')), expect: { code: 'unsupported' } },
  {
    name: 'a text that is too long',
    reply: reply(400, legacy('Bad Request', 'Input text exceeds maximum character limit of 2000.')),
    expect: { code: 'too_large' },
  },
  {
    name: 'too large',
    reply: reply(413, legacy('Payload Too Large', 'Input text exceeds maximum character limit of 2000.')),
    expect: { code: 'too_large', reason: 'Payload Too Large' },
  },
  {
    name: 'server',
    reply: reply(500, legacy('INTERNAL_SERVER_ERROR', 'Oops.')),
    expect: { code: 'server', reason: 'INTERNAL_SERVER_ERROR' },
  },
  { name: 'an error that came with 200', reply: reply(200, modern('INTERNAL', 'It failed.', 'Try again.')), expect: { code: 'server' } },
  { name: 'server, in words', reply: { kind: 'reply', status: 503, body: 'Service Unavailable' }, expect: { code: 'server' } },
  { name: 'timeout', reply: { kind: 'reply', status: 504 }, expect: { code: 'timeout' } },
];

function make(standIn: StandIn, { key, ...limits }: ProviderSettings = { key: DEEPGRAM_KEY }, options: Record<string, unknown> = {}) {
  const pools = new ConnectionPools();
  const account = { name: 'deepgram', provider: 'deepgram' as const, options: { apiKey: key, baseUrl: `${standIn.url}/`, ...options } };
  return { ...sidesOf(createProvider(account, pools, limits)), close: () => pools.close() };
}

const speechRequest = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
  text: 'Hello.',
  model: 'aura-2',
  voice: 'aura-2-thalia-en',
  language: 'en',
  format: 'mp3',
  speed: 1,
  pitch: 0,
  volumeGain: 0,
  ...changes,
});
const transcriptionRequest = (changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest => ({
  recording: { bytes: spokenAudio('mp3'), format: 'mp3', duration: 2 },
  model: 'nova-3',
  ...changes,
});
const silence = {
  metadata: { request_id: 'b1f0', duration: 2.5, channels: 1 },
  results: { channels: [{ alternatives: [{ transcript: '', confidence: 0, words: [] }] }], utterances: [] },
};

describeSpeechProvider('deepgram', {
  start: async () => {
    const standIn = await startDeepgramStandIn();
    return {
      standIn,
      goodKey: DEEPGRAM_KEY,
      create: (settings) => {
        const { speech, close, probe } = make(standIn, settings);
        return { provider: speech, close, probe };
      },
      request: speechRequest,
      wire: {
        text: (request) => jsonBody(request)['text'] as string,
        voice: ({ query }) => query.get('model') ?? '',
        format: ({ query }) => query.get('encoding') ?? undefined,
        speed: ({ query }) => (query.has('speed') ? Number(query.get('speed')) : undefined),
      },
      errors,
      streams: true,
      unsupported: { voice: 'aura-2-viktoria-de', language: 'de', speed: 1.2 },
    };
  },
});

describeTranscriptionProvider('deepgram', {
  start: async () => {
    const standIn = await startDeepgramStandIn();
    return {
      standIn,
      goodKey: DEEPGRAM_KEY,
      create: (settings) => {
        const { transcription, close, probe } = make(standIn, settings);
        return { provider: transcription, close, probe };
      },
      request: transcriptionRequest,
      wire: {
        model: ({ query }) => query.get('model') ?? undefined,
        language: ({ query }) => query.get('language') ?? undefined,
        prompt: ({ query }) => query.getAll('keyterm').join(', '),
        punctuation: ({ query }) => query.get('punctuate') === 'true',
        profanityFilter: ({ query }) => (query.has('profanity_filter') ? query.get('profanity_filter') === 'true' : undefined),
        audio: ({ body }) => body,
      },
      errors,
      silence: { kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(silence) },
      expected: { text: SPOKEN_TEXT, words: true, segments: true },
    };
  },
});

describe('deepgram', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startDeepgramStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());
  const signal = () => new AbortController().signal;
  const query = () => Object.fromEntries(standIn.calls[0]!.query);

  async function speak(changes: Partial<SpeechRequest>, options: Record<string, unknown> = {}) {
    const { speech, close } = make(standIn, undefined, options);
    try {
      const audio = await speech.speak(speechRequest(changes), signal());
      let bytes = 0;
      for await (const chunk of audio.chunks) bytes += chunk.byteLength;
      return { ...audio, bytes };
    } finally {
      await close();
    }
  }

  async function transcribe(changes: Partial<TranscriptionRequest> = {}, options: Record<string, unknown> = {}) {
    const { transcription, close } = make(standIn, undefined, options);
    try {
      return await transcription.transcribe(transcriptionRequest(changes), signal());
    } finally {
      await close();
    }
  }

  it.each([
    ['mp3', 8000, 22_050, { encoding: 'mp3' }],
    ['opus', 16_000, 48_000, { encoding: 'opus', container: 'ogg' }],
    ['pcm', 44_100, 48_000, { encoding: 'linear16', container: 'none', sample_rate: '48000' }],
    ['flac', 20_000, 22_050, { encoding: 'flac', sample_rate: '22050' }],
  ] as const)('makes %s near %i Hz at %i Hz', async (format, sampleRate, became, expected) => {
    const audio = await speak({ format, sampleRate });
    expect(audio.sampleRate).toBe(became);
    expect(query()).toEqual({ model: 'aura-2-thalia-en', ...expected });
    expect(audio.usage).toEqual({ characters: 6 });
  });

  it("passes Deepgram's own options on, and says no to training where that is configured", async () => {
    await speak({ options: { bit_rate: 32_000, tag: ['a', 'b'] } }, { modelImprovementOptOut: true });
    expect(standIn.calls[0]!.query.getAll('tag')).toEqual(['a', 'b']);
    expect(query()).toMatchObject({ bit_rate: '32000', mip_opt_out: 'true' });
  });

  it('leaves out all that puts punctuation in, where none is wanted', async () => {
    const { text } = await transcribe({ punctuation: false, profanityFilter: true });
    expect(text).toBe(SPOKEN_TEXT.toLowerCase().replace('.', ''));
    expect(query()).toMatchObject({ punctuate: 'false', smart_format: 'false', profanity_filter: 'true' });
    standIn.reset();
    await transcribe({ punctuation: true, options: { punctuate: false } });
    expect(query()).toMatchObject({ punctuate: 'true', smart_format: 'true' });
    expect(query()).not.toHaveProperty('profanity_filter');
  });

  it('has the text limit that is configured', async () => {
    await expect(speak({ text: 'Hello.' }, { maximumCharacters: 5 })).rejects.toMatchObject({ code: 'too_large' });
  });

  it('finds out the language when none is given, unless an option says otherwise', async () => {
    await expect(transcribe()).resolves.toMatchObject({ language: 'en' });
    expect(query()).toMatchObject({ detect_language: 'true' });
    standIn.reset();
    await transcribe({ options: { language: 'multi' } });
    expect(query()).not.toHaveProperty('detect_language');
  });

  it.each([
    ['en-CA', 'en'],
    ['en-GB', 'en-GB'],
    ['de-AT', 'de'],
    ['pt-BR', 'pt-BR'],
    ['zh-Hant', 'zh-Hant'],
    ['zh-Hant-TW', 'zh-Hant'],
  ])('asks for %s as %s', async (language, expected) => {
    await transcribe({ language });
    expect(query()['language']).toBe(expected);
  });

  it('tells older models what to expect in their own way, and says what samples are', async () => {
    await transcribe({
      model: 'nova-2',
      language: 'en',
      prompt: 'Parlance\nNest',
      recording: { bytes: spokenAudio('pcm'), format: 'pcm', sampleRate: 24_000 },
    });
    expect(standIn.calls[0]!.query.getAll('keywords')).toEqual(['Parlance', 'Nest']);
    expect(query()).toMatchObject({ encoding: 'linear16', sample_rate: '24000', channels: '1' });
  });

  it('gives words as they are written, and counts seconds', async () => {
    const { words, usage, duration, confidence } = await transcribe();
    expect(words?.map(({ word }) => word).join(' ')).toBe(SPOKEN_TEXT);
    expect({ usage, duration, confidence }).toEqual({ usage: { seconds: 2.06 }, duration: 2.06, confidence: 0.9985 });
  });

  it('joins the channels, in order of time', async () => {
    const channel = (transcript: string, start: number) => ({
      alternatives: [{ transcript, words: [{ word: transcript, start, end: start + 1 }] }],
    });
    const body = { metadata: { duration: 4 }, results: { channels: [channel('later', 2), channel('sooner', 0)] } };
    standIn.fail({ kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const { text, words } = await transcribe();
    expect(text).toBe('later\nsooner');
    expect(words?.map(({ word }) => word)).toEqual(['sooner', 'later']);
  });

  it('leaves out words and utterances without times', async () => {
    const alternative = { transcript: 'one two', words: [{ word: 'one' }, { word: 'two', start: 1, end: 2 }] };
    const results = { channels: [{ alternatives: [alternative] }], utterances: [{ transcript: 'one two' }] };
    const body = JSON.stringify({ metadata: { duration: 2 }, results });
    standIn.fail({ kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body });
    const { text, words, segments } = await transcribe();
    expect({ text, words, segments }).toEqual({ text: 'one two', words: [{ word: 'two', start: 1, end: 2 }], segments: undefined });
  });

  it('warns of a temperature, which Deepgram does not have', async () => {
    const { warnings } = await transcribe({ temperature: 0.5 });
    expect(warnings).toEqual([expect.objectContaining({ code: 'unsupported_option', param: 'temperature' })]);
  });

  it.each([{ apiKey: '' }, { baseUrl: 'deepgram' }, { maximumCharacters: 0 }, { unknown: 1 }])('refuses the options %j', (options) => {
    expect(() => make(standIn, undefined, options)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
