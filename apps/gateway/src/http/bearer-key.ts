import type { FastifyRequest } from 'fastify';

/** The key a client presents as `Authorization: Bearer <key>`; `undefined` when it presents none. */
export function bearerKey({ headers }: FastifyRequest): string | undefined {
  const [, key] = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '') ?? [];
  return key;
}
