import {
  describeSpeechProvider,
  describeTranscriptionProvider,
  formBody,
  SPOKEN_TEXT,
  spokenAudio,
  startYandexStandIn,
  YANDEX_KEY,
  YANDEX_SILENT_OPERATION,
  yandexError,
  type CapturedRequest,
  type VendorErrorCase,
} from '@parlance/testing';
import { yandexAccount, yandexRecording, yandexSpeech } from './__fixtures__/yandex-account.js';

/** The answers of one API; `reasons` are its words for the same things. */
function errorsOf(form: 'v1' | 'v3', reasons: Record<'auth' | 'invalid' | 'rate', string>): readonly VendorErrorCase[] {
  const error = (name: string, grpcCode: number, message: string, expect: VendorErrorCase['expect'], headers = {}) => ({
    name,
    reply: yandexError(form, grpcCode, message, headers),
    expect,
  });
  return [
    error('auth', 16, 'Unknown api key', { code: 'auth', reason: reasons.auth }),
    error('permission', 7, 'Permission to [resource-manager.folder] denied', { code: 'permission' }),
    error('quota', 7, 'The billing account is suspended', { code: 'quota' }),
    error('invalid', 3, 'Bad role', { code: 'invalid', reason: reasons.invalid }),
    error('a voice there is not', 3, 'Unsupported voice', { code: 'not_found', reason: reasons.invalid }),
    error('a language it lacks', 3, 'Unsupported language code', { code: 'unsupported' }),
    error('too long, in characters', 3, 'Too long text: length limit exceeded', { code: 'too_large' }),
    error('too long, in bytes', 3, 'text is too long, must be at most 5000 characters', { code: 'too_large' }),
    error('too long, in seconds', 3, 'audio duration should be less than 30s', { code: 'too_large' }),
    error('not_found', 5, 'Not Found', { code: 'not_found' }),
    error('rate', 8, 'Too many requests', { code: 'rate', retryAfterSeconds: 3 }, { 'retry-after': '3' }),
    error('rate without a hint', 8, 'Quota limit exceeded', { code: 'rate', reason: reasons.rate }),
    error('timeout', 4, 'Deadline exceeded', { code: 'timeout' }),
    error('server', 13, 'Internal', { code: 'server', requestId: 'abc-1' }, { 'x-request-id': 'abc-1' }),
    error('unavailable', 14, 'Unavailable', { code: 'server' }),
    { name: 'in plain words', reply: { kind: 'reply', status: 503, body: 'no healthy upstream' }, expect: { code: 'server' } },
  ];
}

const v1Errors = errorsOf('v1', { auth: 'UNAUTHORIZED', invalid: 'BAD_REQUEST', rate: 'TOO_MANY_REQUESTS' });
const v3Errors = [
  ...errorsOf('v3', { auth: 'UNAUTHENTICATED', invalid: 'INVALID_ARGUMENT', rate: 'RESOURCE_EXHAUSTED' }),
  // The gateway has a second shape for the same things.
  { name: 'auth, flat', reply: yandexError('operations', 16, 'Unknown api key'), expect: { code: 'auth', reason: 'UNAUTHENTICATED' } },
  { name: 'rate, flat', reply: yandexError('operations', 8, 'Too many requests'), expect: { code: 'rate' } },
] satisfies readonly VendorErrorCase[];

interface V3Synthesis {
  text: string;
  hints: { voice?: string; role?: string; speed?: number }[];
  outputAudioSpec: object;
}
const synthesis = ({ body }: CapturedRequest) => JSON.parse(body.toString()) as V3Synthesis;
const hint = <Name extends 'voice' | 'role' | 'speed'>(request: CapturedRequest, name: Name) =>
  synthesis(request).hints.find((one) => one[name] !== undefined)?.[name];
const withRole = (voice: string, role: string | undefined) => (role === undefined ? voice : `${voice}:${role}`);

interface V3Recognition {
  content: string;
  recognitionModel: {
    model: string;
    languageRestriction: { languageCode: string[] };
    textNormalization: { profanityFilter: boolean; literatureText: boolean };
  };
}
const recognition = ({ body }: CapturedRequest) => JSON.parse(body.toString()) as V3Recognition;

describeSpeechProvider('yandex, API v3', {
  start: async () => {
    const standIn = await startYandexStandIn();
    return {
      standIn,
      goodKey: YANDEX_KEY,
      create: ({ key, ...limits }) => {
        const { speech, close } = yandexAccount(standIn.url, { apiKey: key }, limits);
        return { provider: speech, close, probe: undefined };
      },
      request: yandexSpeech,
      wire: {
        text: (request) => synthesis(request).text,
        voice: (request) => withRole(hint(request, 'voice') ?? '', hint(request, 'role')),
        speed: (request) => hint(request, 'speed'),
        format: (request) => JSON.stringify(synthesis(request).outputAudioSpec),
      },
      errors: v3Errors,
      streams: true,
      emptySuccess: { kind: 'reply', status: 200, body: '{"result":{"startMs":"0","lengthMs":"0"}}\n' },
      unsupported: { options: { temperature: 1 } },
    };
  },
});

describeSpeechProvider('yandex, API v1', {
  start: async () => {
    const standIn = await startYandexStandIn();
    return {
      standIn,
      goodKey: YANDEX_KEY,
      create: ({ key, ...limits }) => {
        const { speech, close } = yandexAccount(standIn.url, { apiKey: key, speechApi: 'v1' }, limits);
        return { provider: speech, close, probe: undefined };
      },
      request: yandexSpeech,
      wire: {
        text: (request) => formBody(request).get('text') ?? '',
        voice: (request) => withRole(formBody(request).get('voice') ?? '', formBody(request).get('emotion') ?? undefined),
        language: (request) => formBody(request).get('lang') ?? undefined,
        speed: (request) => {
          const speed = formBody(request).get('speed');
          return speed === null ? undefined : Number(speed);
        },
        format: (request) => formBody(request).get('format') ?? undefined,
      },
      errors: v1Errors,
      streams: true,
      unsupported: { options: { pitchShift: 100 } },
    };
  },
});

describeTranscriptionProvider('yandex, API v1', {
  start: async () => {
    const standIn = await startYandexStandIn();
    return {
      standIn,
      goodKey: YANDEX_KEY,
      create: ({ key, ...limits }) => {
        const { transcription, close } = yandexAccount(standIn.url, { apiKey: key, transcriptionApi: 'v1' }, limits);
        return { provider: transcription, close, probe: undefined };
      },
      request: (changes) => yandexRecording(spokenAudio('opus'), changes),
      wire: {
        language: ({ query }) => query.get('lang') ?? undefined,
        model: ({ query }) => query.get('topic') ?? undefined,
        profanityFilter: ({ query }) => (query.has('profanityFilter') ? query.get('profanityFilter') === 'true' : undefined),
        audio: ({ body }) => body,
      },
      errors: v1Errors,
      silence: { kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body: '{"result":""}' },
      expected: { text: SPOKEN_TEXT },
      unsupported: { options: { rawResults: true } },
    };
  },
});

describeTranscriptionProvider('yandex, API v3', {
  start: async () => {
    const standIn = await startYandexStandIn();
    const recording = { bytes: spokenAudio('wav'), format: 'wav' as const, sampleRate: 24_000, duration: 2 };
    return {
      standIn,
      goodKey: YANDEX_KEY,
      create: ({ key, ...limits }) => {
        const { transcription, close } = yandexAccount(standIn.url, { apiKey: key, transcriptionApi: 'v3' }, limits);
        return { provider: transcription, close, probe: undefined };
      },
      request: (changes) => yandexRecording(recording.bytes, { recording, ...changes }),
      wire: {
        language: (request) => recognition(request).recognitionModel.languageRestriction.languageCode[0],
        model: (request) => recognition(request).recognitionModel.model,
        punctuation: (request) => recognition(request).recognitionModel.textNormalization.literatureText,
        profanityFilter: (request) => recognition(request).recognitionModel.textNormalization.profanityFilter,
        audio: (request) => Buffer.from(recognition(request).content, 'base64'),
      },
      errors: v3Errors,
      silence: { kind: 'reply', status: 200, body: JSON.stringify({ id: YANDEX_SILENT_OPERATION, done: false }) },
      expected: { text: SPOKEN_TEXT, words: true, segments: true },
      unsupported: { options: { speakerLabeling: true } },
    };
  },
});
