import type { ReplyFault, StandInReply } from '../fault.js';

const STATUS: Readonly<Record<number, { http: number; word: string; old: string }>> = {
  3: { http: 400, word: 'Bad Request', old: 'BAD_REQUEST' },
  4: { http: 504, word: 'Gateway Timeout', old: 'DEADLINE_EXCEEDED' },
  5: { http: 404, word: 'Not Found', old: 'NOT_FOUND' },
  7: { http: 403, word: 'Forbidden', old: 'FORBIDDEN' },
  8: { http: 429, word: 'Too Many Requests', old: 'TOO_MANY_REQUESTS' },
  13: { http: 500, word: 'Internal Server Error', old: 'INTERNAL_ERROR' },
  14: { http: 503, word: 'Service Unavailable', old: 'SERVICE_UNAVAILABLE' },
  16: { http: 401, word: 'Unauthorized', old: 'UNAUTHORIZED' },
};

/** What the stand-in refuses a request with; each API puts it into a form of its own. */
export class YandexRefusal extends Error {
  override readonly name = 'YandexRefusal';
  constructor(
    readonly grpcCode: number,
    message: string,
  ) {
    super(message);
  }
}

type Form = 'v1' | 'v3' | 'operations';

/** The error as an API of Yandex answers it: two are the same for the number and not for the words. */
export function yandexError(form: Form, grpcCode: number, message: string, headers: Readonly<Record<string, string>> = {}): ReplyFault {
  const { http, word, old } = STATUS[grpcCode] ?? { http: 500, word: 'Internal Server Error', old: 'INTERNAL_ERROR' };
  const bodies: Readonly<Record<Form, unknown>> = {
    v1: { error_code: old, error_message: message },
    v3: { error: { grpcCode, httpCode: http, message, httpStatus: word, details: [] } },
    operations: { code: grpcCode, message, details: [] },
  };
  return {
    kind: 'reply',
    status: http,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(bodies[form]),
  };
}

export function jsonReply(body: unknown): StandInReply {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
