import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The client's own x-request-id where it is harmless, else a new one. */
export function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(given) ? given : newRequestId();
}

/** Also for what nobody has sent a request for, such as a job. */
export function newRequestId(): string {
  return `req_${randomUUID().replaceAll('-', '')}`;
}
