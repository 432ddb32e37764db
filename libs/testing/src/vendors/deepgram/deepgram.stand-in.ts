import { bearer, MalformedRequestError, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { deepgramListen } from './deepgram-listen.js';
import { legacyError, modernError, refuseParameters } from './deepgram-error.js';
import { deepgramSpeak } from './deepgram-speak.js';

export const DEEPGRAM_KEY = '0123456789abcdef0123456789abcdef01234567';

/** Deepgram's `/v1/speak`, `/v1/listen` and `/v1/projects`, as strict as the original about keys, parameters, fields, types and limits. */
export async function startDeepgramStandIn(): Promise<StandIn> {
  const reply = (request: CapturedRequest) => {
    try {
      return route(request);
    } catch (error) {
      if (error instanceof MalformedRequestError) return modernError(400, 'INVALID_JSON', 'Invalid JSON submitted.', error.message);
      throw error;
    }
  };
  const standIn = new StandIn(reply, { probes: ({ method, path }) => method === 'GET' && path === '/v1/projects' });
  await standIn.start();
  return standIn;
}

function route(request: CapturedRequest): StandInReply {
  if (bearer(request, 'Token') !== DEEPGRAM_KEY) return legacyError(401, 'INVALID_AUTH', 'Invalid credentials.');
  switch (`${request.method} ${request.path}`) {
    case 'POST /v1/speak':
      return deepgramSpeak(request);
    case 'POST /v1/listen':
      return deepgramListen(request);
    case 'GET /v1/projects':
      return projects(request);
    default:
      return modernError(404, 'NOT_FOUND', 'The requested path was not found.', `There is no ${request.method} ${request.path}.`);
  }
}

function projects(request: CapturedRequest): StandInReply {
  const body = JSON.stringify({ projects: [{ project_id: '6f2d9c1e-3b0a-4f57-9d1b-2f5f5b1c7d3a', name: 'Stand-in' }] });
  return refuseParameters(request, {}, []) ?? { status: 200, headers: { 'content-type': 'application/json' }, body };
}
