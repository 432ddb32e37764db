import { context, isSpanContextValid, propagation, SpanKind, SpanStatusCode, trace, type Context } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';

const tracer = trace.getTracer('parlance');
const places = new WeakMap<FastifyRequest, Context>();

/**
 * Begins the span of a request, below that of its client where the request says so.
 * @param route its pattern: an address may have anything in it
 * @returns ends the span, with the status that was answered
 */
export function startServerSpan(request: FastifyRequest, route: string): (status: number) => void {
  const { method, headers, id } = request;
  const caller = propagation.extract(context.active(), headers);
  const attributes = { 'http.request.method': method, 'http.route': route, 'parlance.request.id': id };
  const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER, attributes }, caller);
  // Where nobody traces it is nothing, and no part of the request has to be put into it.
  if (isSpanContextValid(span.spanContext())) places.set(request, trace.setSpan(caller, span));
  return (status) => {
    span.setAttribute('http.response.status_code', status);
    if (status >= 500) span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
}

/** Does a part of the request within its span, where it has one. */
export function withinServerSpan<Result>(request: FastifyRequest, work: () => Result): Result {
  const place = places.get(request);
  return place === undefined ? work() : context.with(place, work);
}
