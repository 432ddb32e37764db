import type { SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import { AZURE_KEY, spokenAudio, type ProviderSettings, type StandIn, type VendorErrorCase } from '@parlance/testing';
import { createProvider } from '../../create-provider.js';
import { ConnectionPools } from '../../http/connection-pools.js';
import { sidesOf } from '../../requests/__fixtures__/vendor-requests.js';

/** Both directions of a provider that asks the stand-in. */
export function makeAzure(standIn: StandIn, { key, ...limits }: ProviderSettings = { key: AZURE_KEY }, options: Record<string, unknown> = {}) {
  const pools = new ConnectionPools();
  const account = { name: 'azure', provider: 'azure' as const, options: { apiKey: key, endpoint: `${standIn.url}/`, ...options } };
  return { ...sidesOf(createProvider(account, pools, limits)), close: () => pools.close() };
}

export const speechRequest = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
  text: 'Hello.',
  model: 'neural',
  voice: 'en-US-AvaMultilingualNeural',
  language: 'en-US',
  format: 'mp3',
  speed: 1,
  pitch: 0,
  volumeGain: 0,
  ...changes,
});

export const transcriptionRequest = (changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest => ({
  recording: { bytes: spokenAudio('wav'), format: 'wav', duration: 2.06, sampleRate: 24_000 },
  model: 'fast',
  ...changes,
});

export const azureReply = (status: number, body?: object | string, headers: Record<string, string> = {}) => ({
  kind: 'reply' as const,
  status,
  headers: { 'content-type': typeof body === 'object' ? 'application/json' : 'text/plain', ...headers },
  ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
});

const fast = (code: string, inner: string) => ({ code, message: 'Something is wrong.', innerError: { code: inner, message: 'This is wrong.' } });

/** Of the gateway, the quota keeper, the fast transcription, and speech, which says little or nothing. */
export const AZURE_ERRORS: readonly VendorErrorCase[] = [
  { name: 'auth, in silence', reply: azureReply(401), expect: { code: 'auth' } },
  { name: 'auth', reply: azureReply(401, { error: { code: '401', message: 'Access denied.' } }), expect: { code: 'auth', reason: '401' } },
  { name: 'an error that came with 200', reply: azureReply(200, fast('InternalServerError', 'Failed')), expect: { code: 'server' } },
  { name: 'permission', reply: azureReply(403, fast('Forbidden', 'InvalidSubscription')), expect: { code: 'permission', reason: 'InvalidSubscription' } },
  {
    name: 'quota',
    reply: azureReply(403, { statusCode: 403, message: 'Out of call volume quota. Quota will be replenished in 07:01:20.' }),
    expect: { code: 'quota' },
  },
  { name: 'rate, in silence', reply: azureReply(429, undefined, { 'retry-after': '5' }), expect: { code: 'rate', retryAfterSeconds: 5 } },
  {
    name: 'rate without a hint',
    reply: azureReply(429, { error: { code: '429', message: 'Requests have exceeded call rate limit.' } }, { 'apim-request-id': 'f1c3' }),
    expect: { code: 'rate', reason: '429', requestId: 'f1c3' },
  },
  { name: 'invalid, in silence', reply: azureReply(400, undefined, { 'x-requestid': 'd1b5' }), expect: { code: 'invalid', requestId: 'd1b5' } },
  { name: 'invalid, in words', reply: azureReply(400, 'The SSML is not valid.'), expect: { code: 'invalid' } },
  { name: 'invalid', reply: azureReply(400, fast('InvalidRequest', 'InvalidForm')), expect: { code: 'invalid', reason: 'InvalidForm' } },
  { name: 'another media type', reply: azureReply(415), expect: { code: 'unsupported' } },
  {
    name: 'a language it lacks',
    reply: azureReply(400, fast('InvalidRequest', 'InvalidLocale')),
    expect: { code: 'unsupported', reason: 'InvalidLocale' },
  },
  { name: 'a format it lacks', reply: azureReply(400, 'Unsupported output format.'), expect: { code: 'unsupported' } },
  { name: 'a text that is too long', reply: azureReply(400, 'The SSML is too long.'), expect: { code: 'too_large' } },
  { name: 'a model there is not', reply: azureReply(400, fast('InvalidRequest', 'InvalidModel')), expect: { code: 'not_found' } },
  { name: 'a voice there is not', reply: azureReply(400, 'Unsupported voice en-US-Nobody.'), expect: { code: 'not_found' } },
  { name: 'not_found', reply: azureReply(404, { error: { code: '404', message: 'Resource not found' } }), expect: { code: 'not_found', reason: '404' } },
  {
    name: 'too long',
    reply: azureReply(400, fast('InvalidRequest', 'AudioLengthLimitExceeded')),
    expect: { code: 'too_large', reason: 'AudioLengthLimitExceeded' },
  },
  { name: 'too large', reply: azureReply(413), expect: { code: 'too_large' } },
  { name: 'server, in silence', reply: azureReply(502), expect: { code: 'server' } },
  { name: 'server', reply: azureReply(500, fast('InternalError', 'InternalServerError')), expect: { code: 'server', reason: 'InternalServerError' } },
];
