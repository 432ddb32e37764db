import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ParlanceError } from '@parlance/contracts';

const tracer = trace.getTracer('parlance');

/**
 * Does an HTTP call within a span of its own, where what it is for has one. Addresses may have keys and texts in them:
 * only the server is told.
 */
export async function inCallSpan<Answer extends { statusCode: number }>(
  method: string,
  { hostname, port, protocol }: URL,
  call: () => Promise<Answer>,
): Promise<Answer> {
  if (trace.getActiveSpan() === undefined) return call();
  const attributes = {
    'http.request.method': method,
    'server.address': hostname,
    'server.port': Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port),
  };
  return tracer.startActiveSpan(method, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    const fail = (type: string) => span.setAttribute('error.type', type).setStatus({ code: SpanStatusCode.ERROR });
    try {
      const answer = await call();
      span.setAttribute('http.response.status_code', answer.statusCode);
      if (answer.statusCode >= 400) fail(String(answer.statusCode));
      return answer;
    } catch (error) {
      const code = error instanceof ParlanceError ? error.code : 'server';
      // Whoever leaves has not failed.
      if (code === 'aborted') span.setAttribute('error.type', code);
      else fail(code);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The header that lets the other side go on with the trace; none where nothing is traced. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  // What else may be in a trace's state is of whoever called here.
  const { traceparent } = carrier;
  return traceparent === undefined ? {} : { traceparent };
}
