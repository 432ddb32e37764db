import { Logger } from '@nestjs/common';
import { InvalidRequestError } from '@parlance/contracts';
import type { RequestOrigin } from '@parlance/voice';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { defer } from '../defer.js';
import type { HttpMetrics } from '../metrics/collectors/http-metrics.js';
import { startServerSpan, withinServerSpan } from '../tracing/server-spans.js';
import { setBodyText } from './body-text.js';
import { refuseCompressed } from './body-type.guard.js';
import { stopping, type DrainService } from './drain.service.js';
import { CLIENT_CLOSED_REQUEST, errorBody, toErrorReply } from './error-reply.js';
import { closeAfterRequest } from './lingering-close.js';
import { closeWithConnection } from './lost-answers.js';
import { originOf } from './request-origin.js';
import { routeOf } from './route-of.js';
import { setSecurityHeaders } from './security-headers.js';
import { WATCH_REQUEST, type ClientTimes } from './server-options.js';
import { watchBody } from './stalled-body.js';

const PROBES: readonly string[] = ['/health', '/metrics'];

const logger = new Logger('Request');

export interface ServerWatch {
  drain: DrainService;
  metrics: HttpMetrics;
  times: Pick<ClientTimes, 'stall'>;
}

/**
 * What happens to every request before and after its route: id, security headers, log line, counts, span, refusal
 * while stopping, an end to bodies that do not come.
 */
export function addServerHooks(server: FastifyInstance, watch: ServerWatch): void {
  const { drain } = watch;
  server.server.on('connection', (socket) => drain.connected(socket));
  // Node would answer an `Expect` that it does not know with 417 and an empty body: it is passed over.
  server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  server.decorate(WATCH_REQUEST, (request: FastifyRequest, reply: FastifyReply) => watchRequest(request, reply, watch));
  server.addHook('onRequest', (request, reply, done) => {
    // Behind the last answer of its connection nothing can be answered, and nothing is to be done.
    if (request.raw.socket.writableEnded) return void request.raw.socket.destroy();
    watchRequest(request, reply, watch);
    if (drain.refuses(request.socket) && routeOf(request)?.startsWith('/health') !== true) {
      const { status, body } = toErrorReply(stopping());
      void reply.status(status).send(body);
      return;
    }
    if (lacksHost(request)) {
      void reply.status(400).send(errorBody(400, 'The request has no Host header.'));
      return;
    }
    drain.track(reply.raw);
    withinServerSpan(request, done);
  });
  // A body is read by the connection, which knows of no request: what comes after it begins anew.
  server.addHook('preValidation', (request, _reply, done) => withinServerSpan(request, done));
}

/** Its id, security headers, log line, counts and span, and an end to a body that does not come. */
function watchRequest(request: FastifyRequest, reply: FastifyReply, { drain, metrics, times }: ServerWatch): void {
  reply.header('x-request-id', request.id);
  setSecurityHeaders(request, reply);
  const endWatch = watchBody(request, reply.raw, times.stall);
  const origin = originOf(request);
  const { route } = origin;
  const endSpan = isProbe(route) ? undefined : startServerSpan(request, route);
  metrics.began();
  closeWithConnection(request.raw.socket, reply.raw);
  reply.raw.once('close', () => {
    endWatch();
    if (!request.raw.complete) closeAfterRequest(request.raw);
    const status = reply.raw.writableFinished ? reply.statusCode : CLIENT_CLOSED_REQUEST;
    const { elapsedTime } = reply;
    defer(() => {
      metrics.ended(request, status, elapsedTime);
      withinServerSpan(request, () => logRequest(request, origin, status, elapsedTime));
      endSpan?.(status);
    });
  });
  // The next request of this client is to go to another process.
  if (drain.isStopping) reply.header('connection', 'close');
}

/** HTTP/1.1 has it always, HTTP/1.0 need not. */
function lacksHost({ raw: { httpVersion, headers } }: FastifyRequest): boolean {
  return httpVersion === '1.1' && headers.host === undefined;
}

/** Probes come every few seconds: they would be most of the log, and of the traces. */
function isProbe(route: string): boolean {
  return PROBES.some((probe) => route.startsWith(probe));
}

function logRequest({ method }: FastifyRequest, origin: RequestOrigin, status: number, elapsed: number): void {
  const { route } = origin;
  const milliseconds = Math.round(elapsed);
  const line = { ...origin, method, status, milliseconds, message: `${method} ${route} ${status} ${milliseconds} ms` };
  if (isProbe(route)) logger.debug(line);
  else if (status >= 500) logger.warn(line);
  else logger.log(line);
}

/** Calls of platforms are signed: what they are signed over is the bytes, and nothing is read before that is known. */
const SIGNED_ROUTES = '/webhooks/';

/** Meta puts many messages into one call, of up to 3 MB: one that is refused comes again for days, and at last no more. */
const WHATSAPP_ROUTES = `${SIGNED_ROUTES}whatsapp/`;
const WHATSAPP_BODY_BYTES = 4_194_304;

/** JSON is parsed, forms are read by the routes that take them, and anything else is left to the route as a stream. */
export function addBodyParsers(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (route.url.startsWith(WHATSAPP_ROUTES)) route.bodyLimit = WHATSAPP_BODY_BYTES;
  });
  const parseJson = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.routeOptions.url?.startsWith(SIGNED_ROUTES) === true) return done(null, body);
    // Many clients name a type with every request, also where there is no body.
    if (request.method === 'DELETE' && body.length === 0) return done(null, undefined);
    try {
      refuseCompressed(request);
    } catch (error) {
      return done(error as Error);
    }
    const text = body.toString();
    setBodyText(request, text);
    void parseJson(request, text, (error: Error | null, value?: unknown) => {
      // The parser's own message has a piece of the body in it.
      if (error === null) done(null, value);
      else done(new InvalidRequestError('The body is not valid JSON.', undefined, { reason: 'invalid_json' }));
    });
  });
  server.addContentTypeParser('*', (_request, body, done) => done(null, body));
}
