import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Socket } from 'node:net';
import { errorBody } from './error-reply.js';
import { refuseOnSocket } from './refuse-on-socket.js';
import { requestId } from './request-id.js';

/** Room for 100 000 characters that are all written as \u escapes, twice over. */
const JSON_BODY_BYTES = 2_097_152;
/** The address of a request and all its headers; signed links are the longest. */
const HEADER_BYTES = 16_384;

/** How long clients may take, in milliseconds. */
export interface ClientTimes {
  /** For the headers of a request. */
  headers: number;
  /** How often is looked for clients that took longer. */
  check: number;
  /** Without a byte of a body that is announced. */
  stall: number;
}

export const CLIENT_TIMES: ClientTimes = { headers: 20_000, check: 5000, stall: 30_000 };

/** How the HTTP server treats what comes from outside before any route is known. */
export function serverOptions({ headers: headersTimeout, check: connectionsCheckingInterval }: ClientTimes = CLIENT_TIMES) {
  return {
    bodyLimit: JSON_BODY_BYTES,
    // Node would refuse what comes without a host with an empty body: the hooks do it with one.
    http: { headersTimeout, connectionsCheckingInterval, maxHeaderSize: HEADER_BYTES, requireHostHeader: false },
    /** A request must have come in whole by then: slow senders are cut off. */
    requestTimeout: 300_000,
    /** A connection on which nothing moved for so long is closed. */
    connectionTimeout: 600_000,
    /** Longer than the usual balancers wait, which would otherwise send a request into a connection that is being closed. */
    keepAliveTimeout: 72_000,
    // While it closes the hooks refuse what comes: Fastify would do it without an id, and not in the form of our errors.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: requestId,
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: true },
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseClient,
  } as const;
}

/** What the server's hooks do for every request; no hook sees one whose address the router cannot read. */
export const WATCH_REQUEST = 'watchRequest';
type WatchRequest = (request: FastifyRequest, reply: FastifyReply) => void;

function refuseAddress(error: { statusCode?: number }, request: FastifyRequest, reply: FastifyReply): void {
  const status = error.statusCode ?? 400;
  request.server.getDecorator<WatchRequest>(WATCH_REQUEST)(request, reply);
  void reply.status(status).send(errorBody(status, 'The address of the request is not valid.', { code: 'unknown_url' }));
}

function refuseClient({ code }: { code?: string }, socket: Socket): void {
  if (!socket.writable || code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return refuseOnSocket(socket, '408 Request Timeout', 'The request came in too slowly.');
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = `The address and the headers of the request have more than ${HEADER_BYTES} bytes together. Send fewer.`;
    return refuseOnSocket(socket, '431 Request Header Fields Too Large', message);
  }
  refuseOnSocket(socket, '400 Bad Request', 'This is not a valid HTTP request.');
}
