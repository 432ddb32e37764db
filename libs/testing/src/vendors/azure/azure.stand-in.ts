import { MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { azureSpeak } from './azure-speak.js';
import { azureError, azureRecognise, azureTranscribe } from './azure-transcribe.js';

export const AZURE_KEY = '0123456789abcdef0123456789abcdef';

const voiceList = '/tts/cognitiveservices/voices/list';

/** The gateway's refusal of a key it does not know. */
const DENIED =
  'Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription.';

/**
 * A resource of Azure Speech under its own domain: `/tts/...`, `/stt/...` and `/speechtotext/...`, as strict as the
 * original about keys, headers, SSML, parameters and audio; and the list of its voices.
 */
export async function startAzureStandIn(): Promise<StandIn> {
  const standIn = new StandIn(route, { probes: ({ method, path }) => method === 'GET' && path === voiceList });
  await standIn.start();
  return standIn;
}

async function route(request: CapturedRequest): Promise<StandInReply> {
  const { method, path, headers } = request;
  if (headers['ocp-apim-subscription-key'] !== AZURE_KEY) {
    // Speech says nothing at all; the gateway before the others does.
    if (path === voiceList || (path.endsWith('/cognitiveservices/v1') && !path.includes('/recognition/'))) return { status: 401 };
    return {
      status: 401,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ error: { code: '401', message: DENIED } }),
    };
  }
  try {
    switch (`${method} ${path}`) {
      case 'POST /tts/cognitiveservices/v1':
        return azureSpeak(request);
      case 'POST /stt/speech/recognition/conversation/cognitiveservices/v1':
        return azureRecognise(request);
      case 'POST /speechtotext/transcriptions:transcribe':
        return await azureTranscribe(request);
      case `GET ${voiceList}`:
        return voices();
      default:
        return {
          status: 404,
          headers: { 'content-type': 'application/json' },
          body: '{"error":{"code":"404","message":"Resource not found"}}',
        };
    }
  } catch (error) {
    if (!(error instanceof MalformedRequestError)) throw error;
    if (path.startsWith('/speechtotext/')) return azureError(400, 'InvalidRequest', 'InvalidForm', error.message);
    return { status: 400, headers: { 'content-type': 'text/plain' }, body: error.message };
  }
}

function voices(): StandInReply {
  const names = { Name: 'Microsoft Server Speech Text to Speech Voice (en-US, JennyNeural)', DisplayName: 'Jenny', LocalName: 'Jenny' };
  const voice = { ...names, ShortName: 'en-US-JennyNeural', Gender: 'Female', Locale: 'en-US', LocaleName: 'English (United States)' };
  const body = JSON.stringify([{ ...voice, SampleRateHertz: '24000', VoiceType: 'Neural', Status: 'GA', WordsPerMinute: '152' }]);
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body };
}
