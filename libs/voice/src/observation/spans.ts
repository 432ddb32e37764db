import { context, INVALID_TRACEID, SpanKind, SpanStatusCode, trace, type Attributes, type Span } from '@opentelemetry/api';
import { ParlanceError, type ErrorCode } from '@parlance/contracts';

/** Of OpenTelemetry's interface, behind which there is nothing until a process sets up its SDK: then nothing is done. */
export const tracer = trace.getTracer('parlance');

/** Whether it is of a trace: where nobody has set up an SDK no span is, and there is nothing to carry along. */
export function isTraced(span: Span): boolean {
  return span.spanContext().traceId !== INVALID_TRACEID;
}

/**
 * Does work as one step of what is going on, and has its span say how it ended.
 * @param attributes may hold no text, key or address, and of names only those that traces have anyway
 */
export function inSpan<Result>(
  name: string,
  attributes: Attributes,
  work: (span: Span) => Promise<Result>,
  kind = SpanKind.INTERNAL,
): Promise<Result> {
  const span = tracer.startSpan(name, { kind, attributes });
  return isTraced(span) ? tracedBy(span, work) : work(span);
}

async function tracedBy<Result>(span: Span, work: (span: Span) => Promise<Result>): Promise<Result> {
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(span));
  } catch (error) {
    noteFailure(span, error instanceof ParlanceError ? error.code : 'server');
    throw error;
  } finally {
    span.end();
  }
}

/** The same for a stream: each step of it is taken within a span that its reader ends. */
export async function* stepsIn<Item>(span: Span, source: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  const place = trace.setSpan(context.active(), span);
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Hand-driven: a stream goes on within whatever its reader is in.
      const next = await context.with(place, () => iterator.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await context.with(place, () => iterator.return?.());
  }
}

/** The messages of errors are for their readers, and stay out. */
export function noteFailure(span: Span, code: ErrorCode): void {
  span.setAttribute('error.type', code);
  // Whoever leaves has not failed.
  if (code !== 'aborted') span.setStatus({ code: SpanStatusCode.ERROR });
}
