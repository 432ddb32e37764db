import type { SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import {
  CARTESIA_KEY,
  describeSpeechProvider,
  describeTranscriptionProvider,
  jsonBody,
  parseMultipart,
  SPOKEN_TEXT,
  spokenAudio,
  startCartesiaStandIn,
  type CapturedRequest,
  type ReplyFault,
  type StandIn,
  type VendorErrorCase,
} from '@parlance/testing';
import { createProvider } from '../create-provider.js';
import { ConnectionPools } from '../http/connection-pools.js';
import { make, sound, speechRequest, transcriptionRequest } from './__fixtures__/cartesia-requests.js';

const requestId = '550e8400-e29b-41d4-a716-446655440000';
const json = (status: number, error_code: string | null, headers: Record<string, string> = {}): ReplyFault => ({
  kind: 'reply',
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error_code, title: 'Refused', message: 'No.', request_id: requestId }),
});
/** As it was before version 2026-03-01. */
const text = (status: number, body: string, headers: Record<string, string> = {}): ReplyFault => ({
  kind: 'reply',
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
});

const errors: readonly VendorErrorCase[] = [
  { name: 'auth', reply: json(401, null), expect: { code: 'auth' } },
  { name: 'auth, as text', reply: text(401, 'Unauthorized: The API key is invalid.'), expect: { code: 'auth' } },
  { name: 'permission', reply: json(403, null), expect: { code: 'permission' } },
  { name: 'quota', reply: json(402, 'quota_exceeded'), expect: { code: 'quota', reason: 'quota_exceeded' } },
  { name: 'quota, as text', reply: text(402, 'Payment Required: No credits are left.'), expect: { code: 'quota' } },
  {
    name: 'rate',
    reply: json(429, 'concurrency_limited', { 'retry-after': '3', 'x-request-id': requestId }),
    expect: { code: 'rate', reason: 'concurrency_limited', retryAfterSeconds: 3, requestId },
  },
  { name: 'rate without a hint', reply: json(429, 'concurrency_limited'), expect: { code: 'rate' } },
  { name: 'rate, as text', reply: text(429, 'Too many concurrent requests: Slow down.'), expect: { code: 'rate' } },
  { name: 'invalid', reply: json(400, 'invalid_request'), expect: { code: 'invalid', reason: 'invalid_request' } },
  { name: 'invalid, as text', reply: text(400, 'Invalid request: No transcript.'), expect: { code: 'invalid' } },
  { name: 'too large', reply: json(413, null), expect: { code: 'too_large' } },
  { name: 'too long, as text', reply: text(400, 'Invalid transcript: The transcript is too long.'), expect: { code: 'too_large' } },
  {
    name: 'a language it lacks, as text',
    reply: text(400, 'Invalid language: The language is not supported.'),
    expect: { code: 'unsupported' },
  },
  { name: 'no such model', reply: json(400, 'model_not_found'), expect: { code: 'not_found', reason: 'model_not_found' } },
  { name: 'no such model, as text', reply: text(400, 'Invalid model: The model is not valid.'), expect: { code: 'not_found' } },
  { name: 'no such voice', reply: json(400, 'voice_not_found'), expect: { code: 'not_found', reason: 'voice_not_found' } },
  { name: 'not found, as text', reply: text(404, 'Not Found: No such model.'), expect: { code: 'not_found' } },
  { name: 'server', reply: json(500, null), expect: { code: 'server' } },
  { name: 'server, as text', reply: text(502, 'Bad Gateway'), expect: { code: 'server' } },
];

describeSpeechProvider('cartesia', {
  start: async () => {
    const standIn = await startCartesiaStandIn();
    return {
      standIn,
      goodKey: CARTESIA_KEY,
      create: (settings) => {
        const { speech, close, probe } = make(standIn.url, settings);
        return { provider: speech, close, probe };
      },
      request: speechRequest,
      wire: {
        text: (request) => jsonBody(request)['transcript'] as string,
        voice: (request) => (jsonBody(request)['voice'] as { id: string }).id,
        language: (request) => jsonBody(request)['language'] as string,
        speed: (request) => (jsonBody(request)['generation_config'] as { speed: number } | undefined)?.speed,
        model: (request) => jsonBody(request)['model_id'] as string,
        format: (request) => (jsonBody(request)['output_format'] as { container: string }).container,
      },
      errors,
      streams: true,
    };
  },
});

describeTranscriptionProvider('cartesia', {
  start: async () => {
    const standIn = await startCartesiaStandIn();
    return {
      standIn,
      goodKey: CARTESIA_KEY,
      create: (settings) => {
        const { transcription, close, probe } = make(standIn.url, settings);
        return { provider: transcription, close, probe };
      },
      request: (changes) => transcriptionRequest(spokenAudio('mp3'), changes),
      wire: {
        model: (request) => formField(request, 'model'),
        language: (request) => formField(request, 'language'),
        audio: async (request) => (await parseMultipart(request)).files[0]!.bytes,
      },
      errors,
      silence: {
        kind: 'reply',
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: '{"type":"transcript","text":"","language":"en","duration":2,"words":[]}',
      },
      expected: { text: SPOKEN_TEXT, words: true },
    };
  },
});

/** A field of a form whose text needs no parsing. */
function formField({ body }: CapturedRequest, name: string): string | undefined {
  return new RegExp(`name="${name}"\\r\\n\\r\\n([^\\r]*)\\r\\n`).exec(body.toString('latin1'))?.[1];
}

describe('cartesia', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startCartesiaStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());
  const signal = () => new AbortController().signal;

  async function speak(changes: Partial<SpeechRequest>, options: Record<string, unknown> = {}) {
    const { speech, close } = make(standIn.url, { key: CARTESIA_KEY }, options);
    try {
      const audio = await speech.speak(speechRequest(changes), signal());
      expect((await sound(audio)).length).toBeGreaterThan(0);
      return { audio, call: standIn.requests.at(-1)! };
    } finally {
      await close();
    }
  }

  async function hear(changes: Partial<TranscriptionRequest>) {
    const { transcription, close } = make(standIn.url, { key: CARTESIA_KEY });
    try {
      const transcript = await transcription.transcribe(transcriptionRequest(spokenAudio('mp3'), changes), signal());
      return { transcript, call: standIn.requests.at(-1)! };
    } finally {
      await close();
    }
  }

  it('sends all of a request', async () => {
    const options = { pronunciation_dict_id: 'dict', generation_config: { emotion: 'calm' } };
    const { call } = await speak({ text: 'Héllo & <you>.', language: 'pt-BR', speed: 1.1, volumeGain: 3, options });
    expect([call.method, call.path, call.headers['cartesia-version'], call.headers.authorization]).toEqual([
      'POST',
      '/tts/bytes',
      '2026-03-01',
      `Bearer ${CARTESIA_KEY}`,
    ]);
    expect(jsonBody(call)).toEqual({
      pronunciation_dict_id: 'dict',
      model_id: 'sonic-3',
      transcript: 'Héllo & <you>.',
      voice: { mode: 'id', id: 'f786b574-daa5-4673-aa0c-cbe3e8534c02' },
      language: 'pt',
      output_format: { container: 'mp3', sample_rate: 44_100, bit_rate: 128_000 },
      generation_config: { emotion: 'calm', speed: 1.1, volume: expect.closeTo(1.4125, 3) as number },
    });
  });

  it('takes its whole range of volume', async () => {
    const { speech, close } = make(standIn.url, { key: CARTESIA_KEY });
    const { min, max } = speech.capabilities.volumeGain!;
    await close();
    const volumes = [];
    for (const volumeGain of [min, max]) volumes.push(jsonBody((await speak({ volumeGain })).call)['generation_config']);
    expect(volumes).toEqual([{ volume: 0.5 }, { volume: 2 }]);
  });

  it.each([
    ['mp3', undefined, { container: 'mp3', sample_rate: 44_100, bit_rate: 64_000 }],
    ['mp3', 20_000, { container: 'mp3', sample_rate: 22_050, bit_rate: 64_000 }],
    ['wav', 96_000, { container: 'wav', sample_rate: 48_000, encoding: 'pcm_s16le' }],
    ['pcm', undefined, { container: 'raw', sample_rate: 24_000, encoding: 'pcm_s16le' }],
  ] as const)('makes %s at the rate nearest to %s', async (format, wish, output) => {
    const changes = { format, ...(wish === undefined ? {} : { sampleRate: wish }) };
    const { audio, call } = await speak(changes, { mp3BitRate: '64000' });
    expect(jsonBody(call)['output_format']).toEqual(output);
    expect(audio.sampleRate).toBe(output.sample_rate);
  });

  it.each([
    ['fil-PH', 'tl'],
    ['nb-NO', 'no'],
    ['zh-Hant-TW', 'zh'],
  ])('calls %s %s', async (language, code) => {
    expect(jsonBody((await speak({ language })).call)).toMatchObject({ language: code });
  });

  it('sends a locale in place of the language', async () => {
    const { call } = await speak({ options: { locale: 'en-GB' } });
    expect([jsonBody(call)['locale'], jsonBody(call)['language']]).toEqual(['en-GB', undefined]);
  });

  it.each(['2025-04-16', '2026-03-01', '2026-08-14'])('speaks version %s, and understands its errors', async (apiVersion) => {
    const { call } = await speak({}, { apiVersion });
    expect(call.headers['cartesia-version']).toBe(apiVersion);
    const refused = speak({ voice: 'nobody' }, { apiVersion });
    await expect(refused).rejects.toMatchObject({ code: 'not_found' });
    await expect(refused).rejects.toThrow(/There is no such voice/);
  });

  it('gives words and language', async () => {
    const { transcript } = await hear({ language: 'en-GB' });
    expect(transcript).toMatchObject({ language: 'en', duration: 2, usage: { seconds: 2 }, warnings: [] });
    expect(transcript.words?.map(({ word }) => word)).toEqual(SPOKEN_TEXT.split(' '));
  });

  it('times no words where nobody wants that', async () => {
    const { transcript } = await hear({ words: false });
    expect(transcript).toMatchObject({ text: SPOKEN_TEXT, duration: 2 });
    expect(transcript.words).toBeUndefined();
  });

  it('says of samples what they are', async () => {
    const { call } = await hear({ recording: { bytes: spokenAudio('pcm'), format: 'pcm', sampleRate: 24_000 } });
    expect(Object.fromEntries(call.query)).toEqual({ encoding: 'pcm_s16le', sample_rate: '24000' });
  });

  it('fails where a success holds no transcript', async () => {
    standIn.fail({ kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body: '{"type":"error"}' });
    await expect(hear({})).rejects.toMatchObject({ code: 'server' });
  });

  it('lists everything that is wrong with its options', () => {
    const options = { apiKey: '', apiVersion: 'latest', baseUrl: 'ftp://secret.example' };
    const create = () => createProvider({ name: 'mine', provider: 'cartesia', options }, new ConnectionPools(), {});
    expect(create).toThrow(/'mine' cannot be used: .*apiKey.*baseUrl.*apiVersion/);
    expect(create).not.toThrow(/secret/);
  });
});
