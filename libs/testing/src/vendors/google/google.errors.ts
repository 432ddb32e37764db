import type { StandInReply } from '../fault.js';

const statusWords: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

/** An answer that is refused, thrown from wherever it is found. */
export class GoogleRefusal extends Error {
  override readonly name = 'GoogleRefusal';
  constructor(
    readonly status: number,
    message: string,
    readonly details: readonly object[] = [],
  ) {
    super(message);
  }
}

export function googleJson(status: number, body: unknown): StandInReply {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: `${JSON.stringify(body, undefined, 2)}\n` };
}

/** `{error: {code, message, status, details}}`. */
export function googleError(status: number, message: string, details: readonly object[] = []): StandInReply {
  const error = { code: status, message, status: statusWords[status] ?? 'UNKNOWN', ...(details.length === 0 ? {} : { details }) };
  return googleJson(status, { error });
}

export function googleErrorInfo(reason: string, metadata: Readonly<Record<string, string>> = {}): object {
  return { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason, domain: 'googleapis.com', metadata };
}
