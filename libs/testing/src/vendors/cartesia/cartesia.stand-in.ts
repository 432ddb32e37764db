import { bearer, MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { CartesiaRefusal, cartesiaError } from './cartesia.errors.js';
import { speak } from './cartesia.speech-route.js';
import { transcribe } from './cartesia.transcription-route.js';

export const CARTESIA_KEY = 'sk_car_0123456789abcdefABCDEF';

/** Cartesia, as strict as the original about keys, versions, fields and types, and stricter about unknown fields. */
export async function startCartesiaStandIn(): Promise<StandIn> {
  const standIn = new StandIn(async (request) => {
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
  });
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
    default:
      throw new CartesiaRefusal(404, null, 'Not Found', 'There is no such endpoint.');
  }
}
