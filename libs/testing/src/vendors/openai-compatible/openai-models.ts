import type { CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';

/** `GET /v1/models`: it costs nothing. */
export function isModelList({ method, path }: CapturedRequest): boolean {
  return method === 'GET' && path === '/v1/models';
}

/** OpenAI's list of models. */
export function modelList(ids: readonly string[]): StandInReply {
  const data = ids.map((id) => ({ id, object: 'model', created: 1_743_465_600, owned_by: 'system' }));
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ object: 'list', data }) };
}
