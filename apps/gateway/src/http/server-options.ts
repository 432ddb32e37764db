import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorBody } from './error-reply.js';
import { requestId } from './request-id.js';
import type { Socket } from 'node:net';

/** Room for 100 000 characters that are all written as \u escapes, twice over. */
const JSON_BODY_BYTES = 2_097_152;

/** How the HTTP server treats what comes from outside before any route is known. */
export const serverOptions = {
  bodyLimit: JSON_BODY_BYTES,
  /** A request must have come in whole by then; slow senders are cut off. */
  requestTimeout: 300_000,
  /** A connection on which nothing moved for so long is closed. */
  connectionTimeout: 600_000,
  requestIdHeader: false,
  genReqId: requestId,
  routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: true },
  frameworkErrors: (error: { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) => {
    const status = error.statusCode ?? 400;
    void reply
      .status(status)
      .header('x-request-id', request.id)
      .send(errorBody(status, 'The address of the request is not valid.', { code: 'unknown_url' }));
  },
  clientErrorHandler: (error: { code?: string }, socket: Socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    const timeout = error.code === 'ERR_HTTP_REQUEST_TIMEOUT';
    const line = timeout
      ? '408 Request Timeout'
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : '400 Bad Request';
    const body = JSON.stringify(
      errorBody(Number.parseInt(line, 10), timeout ? 'The request came in too slowly.' : 'This is not a valid HTTP request.'),
    );
    socket.end(
      `HTTP/1.1 ${line}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  },
} as const;
