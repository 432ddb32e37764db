import type { StandInReply } from '../fault.js';

/** A refusal in Cartesia's words. */
export class CartesiaRefusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string | null,
    readonly title: string,
    message: string,
  ) {
    super(message);
  }
}

/** JSON since version 2026-03-01, plain text before. */
export function cartesiaError(version: string, { status, code, title, message }: CartesiaRefusal): StandInReply {
  if (version < '2026-03-01') return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: `${title}: ${message}` };
  const body = JSON.stringify({ error_code: code, title, message, request_id: '550e8400-e29b-41d4-a716-446655440000' });
  return { status, headers: { 'content-type': 'application/json' }, body };
}

export function invalid(message: string): CartesiaRefusal {
  return new CartesiaRefusal(400, 'invalid_request', 'Invalid request', message);
}
