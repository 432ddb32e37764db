import { MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { ElevenlabsProblem, elevenlabsError, json, replyToRefusal } from './elevenlabs.errors.js';
import { speak } from './elevenlabs.speech-route.js';
import { transcribe } from './elevenlabs.transcription-route.js';

export const ELEVENLABS_KEY = 'sk_0123456789abcdef0123456789abcdef0123456789abcdef';

/** ElevenLabs, as strict as the original about keys, fields, types and limits, and stricter about unknown fields. */
export async function startElevenlabsStandIn(): Promise<StandIn> {
  const reply = async (request: CapturedRequest) => {
    try {
      return await route(request);
    } catch (error) {
      if (error instanceof MalformedRequestError) return replyToRefusal(new ElevenlabsProblem(['body'], error.message, 'json_invalid'));
      return replyToRefusal(error);
    }
  };
  const standIn = new StandIn(reply, { probes: isModelList });
  await standIn.start();
  return standIn;
}

async function route(request: CapturedRequest): Promise<StandInReply> {
  const key = request.headers['xi-api-key'];
  if (key === undefined) {
    return elevenlabsError(401, 'needs_authorization', 'Neither authorization header nor xi-api-key received, please provide one.');
  }
  if (key !== ELEVENLABS_KEY) return elevenlabsError(401, 'invalid_api_key', 'Invalid API key');
  const voice = /^\/v1\/text-to-speech\/([^/]+)(?:\/stream)?$/.exec(request.path)?.[1];
  if (request.method === 'POST' && voice !== undefined) return speak(request, decodeURIComponent(voice));
  if (request.method === 'POST' && request.path === '/v1/speech-to-text') return transcribe(request);
  if (isModelList(request)) return models();
  return { status: 404, headers: { 'content-type': 'application/json' }, body: '{"detail":"Not Found"}' };
}

function isModelList({ method, path }: CapturedRequest): boolean {
  return method === 'GET' && path === '/v1/models';
}

function models(): StandInReply {
  const languages = [{ language_id: 'en', name: 'English' }];
  const model = { model_id: 'eleven_multilingual_v2', name: 'Eleven Multilingual v2', can_do_text_to_speech: true, languages };
  const limits = { max_characters_request_free_user: 2500, max_characters_request_subscribed_user: 10_000 };
  return json(200, [{ ...model, ...limits, maximum_text_length_per_request: 10_000 }]);
}
