import type { SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import { GOOGLE_KEY, spokenAudio, type ProviderSettings, type ReplyFault, type StandIn, type VendorErrorCase } from '@parlance/testing';
import { createProvider } from '../../create-provider.js';
import { ConnectionPools } from '../../http/connection-pools.js';
import { sidesOf } from '../../requests/__fixtures__/vendor-requests.js';

export function googleReply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): ReplyFault {
  return { kind: 'reply', status, headers: { 'content-type': 'application/json; charset=UTF-8', ...headers }, body: JSON.stringify(body) };
}

const error = (code: number, status: string, message: string, ...details: object[]) => ({ error: { code, message, status, details } });
const info = (reason: string, metadata: object = {}) => ({
  '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
  reason,
  domain: 'googleapis.com',
  metadata,
});
const perMinute = { service: 'speech.googleapis.com', quota_unit: '1/min/{project}' };
const perDay = { service: 'speech.googleapis.com', quota_unit: '1/d/{project}' };
const exceeded = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of service.";
const delay = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '12s' };

export const googleErrors: readonly VendorErrorCase[] = [
  {
    name: 'a wrong key, which is a 400',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', info('API_KEY_INVALID'))),
    expect: { code: 'auth', reason: 'API_KEY_INVALID' },
  },
  {
    name: 'a wrong token',
    reply: googleReply(401, error(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.')),
    expect: { code: 'auth', reason: 'UNAUTHENTICATED' },
  },
  {
    name: 'no credentials, which is a 403',
    reply: googleReply(403, error(403, 'PERMISSION_DENIED', "Method doesn't allow unregistered callers.")),
    expect: { code: 'auth', reason: 'PERMISSION_DENIED' },
  },
  {
    name: 'permission',
    reply: googleReply(403, error(403, 'PERMISSION_DENIED', 'Cloud Speech API has not been used before.', info('SERVICE_DISABLED'))),
    expect: { code: 'permission', reason: 'SERVICE_DISABLED' },
  },
  {
    name: 'quota: no billing',
    reply: googleReply(403, error(403, 'PERMISSION_DENIED', 'This API method requires billing to be enabled.', info('BILLING_DISABLED'))),
    expect: { code: 'quota', reason: 'BILLING_DISABLED' },
  },
  {
    name: 'quota of the day',
    reply: googleReply(429, error(429, 'RESOURCE_EXHAUSTED', exceeded, info('RATE_LIMIT_EXCEEDED', perDay))),
    expect: { code: 'quota', reason: 'RATE_LIMIT_EXCEEDED' },
  },
  {
    name: 'rate',
    reply: googleReply(429, error(429, 'RESOURCE_EXHAUSTED', exceeded, info('RATE_LIMIT_EXCEEDED', perMinute))),
    expect: { code: 'rate', reason: 'RATE_LIMIT_EXCEEDED' },
  },
  {
    name: 'rate, with the time in the body',
    reply: googleReply(429, error(429, 'RESOURCE_EXHAUSTED', exceeded, delay)),
    expect: { code: 'rate', retryAfterSeconds: 12, reason: 'RESOURCE_EXHAUSTED' },
  },
  {
    name: 'rate, with the time in a header',
    reply: googleReply(429, error(429, 'RESOURCE_EXHAUSTED', exceeded), { 'retry-after': '5' }),
    expect: { code: 'rate', retryAfterSeconds: 5 },
  },
  {
    name: 'invalid',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', "Invalid recognition 'config': bad encoding..")),
    expect: { code: 'invalid', reason: 'INVALID_ARGUMENT' },
  },
  {
    name: 'text too long',
    reply: googleReply(
      400,
      error(400, 'INVALID_ARGUMENT', 'Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes. This limit is different from quotas.'),
    ),
    expect: { code: 'too_large' },
  },
  {
    name: 'recording too long',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', 'Inline audio exceeds duration limit. Please use a GCS URI.')),
    expect: { code: 'too_large' },
  },
  {
    name: 'an unknown voice',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', "Voice 'en-US-Nobody' does not exist. Is it misspelled?")),
    expect: { code: 'not_found' },
  },
  {
    name: 'sentences too long',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', 'This request contains sentences that are too long.')),
    expect: { code: 'too_large' },
  },
  {
    name: 'recording too long, in the second version',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', 'Audio can be of a maximum of 60 seconds.')),
    expect: { code: 'too_large' },
  },
  {
    name: 'a voice of another language',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', "Requested language code 'en-GB' doesn't match the voice 'en-US-Neural2-C''s language code 'en-US'.")),
    expect: { code: 'unsupported' },
  },
  {
    name: 'a language the model lacks',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', 'Invalid recognition config: The requested model is currently not supported for language : xx-XX.')),
    expect: { code: 'unsupported' },
  },
  {
    name: 'what the voice lacks',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', 'This voice does not support pitch parameters at this time.')),
    expect: { code: 'unsupported' },
  },
  {
    name: 'an unknown model',
    reply: googleReply(400, error(400, 'INVALID_ARGUMENT', 'The model "long_9" does not exist in the location named "global".')),
    expect: { code: 'not_found' },
  },
  {
    name: 'not found',
    reply: googleReply(404, error(404, 'NOT_FOUND', 'Requested entity was not found.')),
    expect: { code: 'not_found', reason: 'NOT_FOUND' },
  },
  { name: 'server', reply: googleReply(500, error(500, 'INTERNAL', 'Internal error encountered.')), expect: { code: 'server' } },
  {
    name: 'server, as a list',
    reply: googleReply(503, [error(503, 'UNAVAILABLE', 'The service is currently unavailable.')]),
    expect: { code: 'server', reason: 'UNAVAILABLE' },
  },
  { name: 'timeout', reply: googleReply(504, error(504, 'DEADLINE_EXCEEDED', 'Deadline exceeded.')), expect: { code: 'timeout' } },
];

/** A provider that asks the stand-in, by key unless the options say otherwise. */
export function makeGoogle(
  standIn: StandIn,
  { key, ...limits }: ProviderSettings = { key: GOOGLE_KEY },
  options: Readonly<Record<string, unknown>> = {},
) {
  const pools = new ConnectionPools();
  const { url } = standIn;
  const provider = createProvider(
    {
      name: 'google',
      provider: 'google',
      options: { apiKey: key, speechBaseUrl: `${url}/`, transcriptionBaseUrl: url, storageBaseUrl: url, pollMilliseconds: 5, ...options },
    },
    pools,
    limits,
  );
  return { ...sidesOf(provider), diagnose: () => provider.diagnose!(), close: () => pools.close() };
}

export const speechRequest = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
  text: 'Hello.',
  model: 'cloud-tts',
  voice: 'default',
  language: 'en-US',
  format: 'mp3',
  speed: 1,
  pitch: 0,
  volumeGain: 0,
  ...changes,
});

export const transcriptionRequest = (changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest => ({
  recording: { bytes: spokenAudio('wav'), format: 'wav', duration: 2 },
  model: 'latest_long',
  ...changes,
});
