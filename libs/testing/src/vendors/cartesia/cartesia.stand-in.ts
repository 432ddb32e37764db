import { bearer, MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { CartesiaRefusal, cartesiaError, invalid } from './cartesia.errors.js';
import { speak } from './cartesia.speech-route.js';
import { transcribe } from './cartesia.transcription-route.js';

export const CARTESIA_KEY = 'sk_car_0123456789abcdefABCDEF';

/** Cartesia, as strict as the original about keys, versions, fields and types, and stricter about unknown fields. */
export async function startCartesiaStandIn(): Promise<StandIn> {
  const reply = async (request: CapturedRequest) => {
    const given = request.headers['cartesia-version'];
    const version = typeof given === 'string' ? given : '';
    try {
      return await route(request, version);
    } catch (error) {
      if (error instanceof CartesiaRefusal) return cartesiaError(version, error);
      if (error instanceof MalformedRequestError)
        return cartesiaError(version, new CartesiaRefusal(400, null, 'Bad Request', error.message));
      throw error;
    }
  };
  const standIn = new StandIn(reply, { probes: isVoiceList });
  await standIn.start();
  return standIn;
}

async function route(request: CapturedRequest, version: string): Promise<StandInReply> {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version)) {
    throw new CartesiaRefusal(400, 'invalid_version', 'Invalid version', 'The Cartesia-Version header must be YYYY-MM-DD.');
  }
  if (bearer(request) !== CARTESIA_KEY) throw new CartesiaRefusal(401, 'unauthorized', 'Unauthorized', 'The API key is invalid.');
  switch (`${request.method} ${request.path}`) {
    case 'POST /tts/bytes':
      return speak(request, version);
    case 'POST /stt':
      return transcribe(request);
    case 'GET /voices':
      return voices(request);
    default:
      throw new CartesiaRefusal(404, null, 'Not Found', 'There is no such endpoint.');
  }
}

function isVoiceList({ method, path }: CapturedRequest): boolean {
  return method === 'GET' && path === '/voices';
}

const voiceFilters = ['limit', 'starting_after', 'ending_before', 'q', 'is_owner', 'gender', 'expand[]'];

function voices({ query }: CapturedRequest): StandInReply {
  const unknown = [...query.keys()].find((name) => !voiceFilters.includes(name));
  if (unknown !== undefined) throw invalid(`Unknown parameter ${unknown}.`);
  const limit = Number(query.get('limit') ?? '10');
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid('limit must be between 1 and 100.');
  const voice = { id: 'f786b574-daa5-4673-aa0c-cbe3e8534c02', name: 'Katie', description: 'A friendly voice.', language: 'en' };
  const data = [{ ...voice, is_owner: false, access: 'public', tagline: '', created_at: '2025-11-03T17:12:43.000Z' }];
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ data, has_more: false, next_page: null }) };
}
