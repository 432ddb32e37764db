import {
  Engine,
  LanguageCode,
  PollyClient,
  SynthesizeSpeechCommand,
  VoiceId,
  type SynthesizeSpeechCommandInput,
} from '@aws-sdk/client-polly';
import type { SpeechRequest } from '@parlance/contracts';
import {
  describeSpeechProvider,
  jsonBody,
  plain,
  POLLY_KEYS,
  pollyError,
  startPollyStandIn,
  type CapturedRequest,
  type ProviderSettings,
  type StandIn,
  type VendorErrorCase,
} from '@parlance/testing';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { accountsFromEnvironment } from '../accounts.js';
import { createProvider } from '../create-provider.js';
import { ConnectionPools } from '../http/connection-pools.js';
import { sidesOf } from '../requests/__fixtures__/vendor-requests.js';
import { languageCodeOf } from './polly.voices.js';

const failure = (
  name: string,
  status: number,
  type: string,
  code: VendorErrorCase['expect']['code'],
  message = 'What AWS says about it.',
): VendorErrorCase => {
  const error = pollyError(status, type, message);
  return {
    name,
    reply: { kind: 'reply', ...error },
    expect: { code, reason: type.replace(/:.*/, ''), requestId: error.headers['x-amzn-requestid']! },
  };
};
const unknownValue = (field: string) =>
  `1 validation error detected: Value 'x' at '${field}' failed to satisfy constraint: Member must satisfy enum value set: [a, b]`;
const errors: readonly VendorErrorCase[] = [
  failure('auth', 403, 'UnrecognizedClientException', 'auth'),
  failure('auth, wrong signature', 403, 'InvalidSignatureException', 'auth'),
  failure('auth, expired', 403, 'ExpiredTokenException:http://internal.amazon.com/coral/', 'auth'),
  failure('permission', 403, 'AccessDeniedException', 'permission'),
  failure('quota', 400, 'ServiceQuotaExceededException', 'quota'),
  failure('rate', 400, 'ThrottlingException', 'rate'),
  failure('rate, as HTTP says it', 429, 'TooManyRequestsException', 'rate'),
  failure('invalid', 400, 'InvalidSsmlException', 'invalid'),
  failure('invalid value', 400, 'ValidationException', 'invalid'),
  failure('unsupported engine', 400, 'EngineNotSupportedException', 'unsupported'),
  failure('unsupported language', 400, 'LanguageNotSupportedException', 'unsupported'),
  failure('unsupported rate', 400, 'InvalidSampleRateException', 'unsupported'),
  failure('unsupported lexicon', 400, 'UnsupportedPlsLanguageException', 'unsupported'),
  failure('unsupported markup', 400, 'InvalidSsmlException', 'unsupported', 'Unsupported Neural feature'),
  failure(
    'unsupported by the voice',
    400,
    'ValidationException',
    'unsupported',
    'This voice does not support the selected engine: standard',
  ),
  failure('no such voice', 400, 'ValidationException', 'not_found', unknownValue('voiceId')),
  failure('no such engine', 400, 'ValidationException', 'not_found', unknownValue('engine')),
  failure('no such language', 400, 'ValidationException', 'unsupported', unknownValue('languageCode')),
  failure('not_found', 404, 'LexiconNotFoundException', 'not_found'),
  failure('too_large', 400, 'TextLengthExceededException', 'too_large'),
  failure('server', 500, 'ServiceFailureException', 'server'),
  { name: 'server without words', reply: { kind: 'reply', status: 503 }, expect: { code: 'server' } },
  {
    name: 'the other shape: the name in the body',
    reply: { kind: 'reply', status: 400, body: '{"__type":"com.amazon.coral.service#ThrottlingException","Message":"Rate exceeded"}' },
    expect: { code: 'rate', reason: 'ThrottlingException' },
  },
];

const { region, accessKeyId, secretAccessKey, sessionToken } = POLLY_KEYS;

function make(standIn: StandIn, { key, ...limits }: ProviderSettings) {
  const pools = new ConnectionPools();
  const options = { accessKeyId, secretAccessKey: key, sessionToken, region, baseUrl: standIn.url };
  return { ...sidesOf(createProvider({ name: 'polly', provider: 'polly', options }, pools, limits)), close: () => pools.close() };
}

const speechRequest = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
  text: 'Hello.',
  model: 'neural',
  voice: 'Joanna',
  language: 'en-US',
  format: 'mp3',
  speed: 1,
  pitch: 0,
  volumeGain: 0,
  ...changes,
});
const wire = (request: CapturedRequest) => jsonBody(request) as Record<string, string | undefined>;

describeSpeechProvider('polly', {
  start: async () => {
    const standIn = await startPollyStandIn();
    return {
      standIn,
      goodKey: secretAccessKey,
      create: (settings) => {
        const { speech, close, probe } = make(standIn, settings);
        return { provider: speech, close, probe };
      },
      request: speechRequest,
      wire: {
        text: (request) => (wire(request)['TextType'] === 'ssml' ? plain(wire(request)['Text']!) : wire(request)['Text']!),
        voice: (request) => wire(request)['VoiceId']!,
        model: (request) => wire(request)['Engine'],
        language: (request) => wire(request)['LanguageCode'],
        format: (request) => wire(request)['OutputFormat'],
        speed: (request) => Number(/ rate="(\d+)%"/.exec(wire(request)['Text']!)?.[1] ?? 100) / 100,
      },
      errors,
      streams: true,
      unsupported: { pitch: 3 },
    };
  },
});

describe('polly', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startPollyStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());

  async function speak(changes: Partial<SpeechRequest>) {
    const { speech, close } = make(standIn, { key: secretAccessKey });
    try {
      const audio = await speech.speak(speechRequest(changes), new AbortController().signal);
      for await (const chunk of audio.chunks) expect(chunk.length).toBeGreaterThan(0);
      return { audio, body: jsonBody(standIn.calls[0]!) };
    } finally {
      await close();
    }
  }

  it('asks exactly as the official client does', async () => {
    const input = {
      Engine: 'standard',
      LanguageCode: 'en-IN',
      LexiconNames: ['names'],
      OutputFormat: 'ogg_opus',
      SampleRate: '48000',
      Text: '<speak><prosody rate="120%" pitch="+12.25%" volume="+3dB">Tom &amp; Jerry &lt;3</prosody></speak>',
      TextType: 'ssml',
      VoiceId: 'Aditi',
    } satisfies SynthesizeSpeechCommandInput;
    const changes = { speed: 1.2, pitch: 2, volumeGain: 3, options: { LexiconNames: ['names'] } };
    await speak({ ...changes, text: 'Tom & Jerry <3', model: 'standard', voice: 'Aditi', language: 'en', format: 'opus' });
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const client = new PollyClient({ region, endpoint: standIn.url, credentials, requestHandler: new NodeHttpHandler() });
    const answer = await client.send(new SynthesizeSpeechCommand(input));
    await answer.AudioStream!.transformToByteArray();
    const [ours, theirs] = standIn.calls.map((request) => ({ ...comparable(request), body: jsonBody(request) }));
    expect(ours).toEqual(theirs);
    expect(ours!.body).toEqual(input);
  });

  it('sends plain text where there is nothing to change, with what the format is by default', async () => {
    const { audio, body } = await speak({ text: 'Tom & Jerry <3', format: 'pcm', language: 'en' });
    expect(body).toEqual({
      Engine: 'neural',
      LanguageCode: 'en-US',
      OutputFormat: 'pcm',
      SampleRate: '16000',
      Text: 'Tom & Jerry <3',
      TextType: 'text',
      VoiceId: 'Joanna',
    });
    expect(audio).toMatchObject({ sampleRate: 16_000, usage: { characters: 14 }, warnings: [] });
  });

  it.each([
    ['Zeina', 'ar', 'arb'],
    ['Zhiyu', 'zh', 'cmn-CN'],
    ['Aditi', 'hi', 'hi-IN'],
    ['Geraint', 'en-GB', 'en-GB-WLS'],
    ['Amy', 'en', 'en-GB'],
    ['Somebody', 'pl-PL', 'pl-PL'],
    ['Somebody', 'en', undefined],
  ])('%s speaks %s as %s', async (voice, language, code) => {
    expect((await speak({ voice, language })).body['LanguageCode']).toBe(code);
  });

  it('lists only voices, languages and engines that the official client knows', () => {
    const { capabilities } = make(standIn, { key: secretAccessKey }).speech;
    const known = new Set<string>(Object.values(VoiceId));
    expect(capabilities.voices.filter(({ id }) => !known.has(id))).toEqual([]);
    expect(new Set(capabilities.voices.map(({ id }) => id)).size).toBe(capabilities.voices.length);
    expect(new Set(capabilities.voices.flatMap(({ models }) => models))).toEqual(new Set(Object.values(Engine)));
    const codes = new Set<string>(Object.values(LanguageCode));
    const sent = capabilities.voices.flatMap(({ id, languages }) => languages.map((language) => languageCodeOf(id, language)));
    expect(sent.filter((code) => code === undefined || !codes.has(code))).toEqual([]);
  });

  it('takes the next rate there is, and says so', async () => {
    const { audio, body } = await speak({ format: 'mp3', sampleRate: 32_000 });
    expect(body['SampleRate']).toBe('44100');
    expect(audio).toMatchObject({ sampleRate: 44_100, warnings: [{ param: 'sampleRate' }] });
  });

  it('keeps out of SSML what XML cannot hold, and refuses what grows too long by escaping', async () => {
    const { body } = await speak({ text: 'a\u0000b\u001Bc\uD800d\te', speed: 2 });
    expect(body['Text']).toBe('<speak><prosody rate="200%">abcd\te</prosody></speak>');
    await expect(speak({ text: '&'.repeat(2000), speed: 2 })).rejects.toMatchObject({ code: 'too_large' });
  });

  it.each([
    ['AWS_REGION', { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'us-east-1' }, 'eu-west-1'],
    ['AWS_DEFAULT_REGION', { AWS_DEFAULT_REGION: 'us-east-1' }, 'us-east-1'],
  ])('takes the region of %s', (_name, variables, expected) => {
    const keys = { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey };
    const { accounts } = accountsFromEnvironment({ ...keys, ...variables });
    expect(accounts).toMatchObject([{ name: 'polly', options: { region: expected } }]);
    expect(accountsFromEnvironment(keys).missing).toContainEqual({ name: 'polly', provider: 'polly', variables: ['AWS_REGION'] });
  });

  it('takes no region that is an address', () => {
    const options = { accessKeyId, secretAccessKey, region: 'evil.example/' };
    expect(() => createProvider({ name: 'polly', provider: 'polly', options }, new ConnectionPools(), {})).toThrow(/region/);
  });
});

/**
 * What is left out: the signature and its day, which come of the moment; the hash of the body, which comes of the order
 * of its fields; the client's advertisement of itself, `amz-sdk-*` and `x-amz-user-agent`. The stand-in has checked
 * signature and hash.
 */
function comparable({ method, path, query, headers }: CapturedRequest) {
  const [, credential, signedHeaders = ''] = /Credential=([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
  const advertisement = /^(?:amz-sdk-|x-amz-user-agent$|content-length$)/;
  return {
    method,
    path,
    query: [...query],
    host: headers.host,
    type: headers['content-type'],
    token: headers['x-amz-security-token'],
    credential: credential?.replace(/\/\d{8}\//, '/'),
    signed: signedHeaders.split(';').filter((name) => !advertisement.test(name)),
  };
}
