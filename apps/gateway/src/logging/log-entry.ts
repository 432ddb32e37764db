import { trace, TraceFlags } from '@opentelemetry/api';
import { placesOf } from '@parlance/voice';
import { failureOf, type LoggedFailure } from './what-failed.js';

/** What may be told beside a message; nothing else of an object gets into a line. */
export interface LogDetails {
  message: string;
  requestId?: string;
  method?: string;
  route?: string;
  status?: number;
  milliseconds?: number;
}

/** All that a line can say, beside its level and time. */
export interface LogEntry extends LogDetails {
  context?: string;
  /** In OpenTelemetry's words: the lines of a trace are found by them. */
  trace_id?: string;
  span_id?: string;
  error?: LoggedFailure;
}

const TEXTS = ['requestId', 'method', 'route'] as const;
const NUMBERS = ['status', 'milliseconds'] as const;

/**
 * Picks from the parameters of a log call what may be logged. Objects are never written as they are: only the fields of
 * {@link LogDetails} are taken from them, and of errors what `failureOf` takes.
 * @param rest as Nest's loggers have it: an error or its stack, then the context, of which each may be missing
 */
export function entryOf(message: unknown, rest: readonly unknown[]): LogEntry {
  const context = rest.at(-1);
  const error = [message, ...rest].find((one) => one instanceof Error);
  const stack = rest.slice(0, -1).find((one) => typeof one === 'string');
  const places = placesOf(stack);
  return {
    ...(typeof context === 'string' && { context }),
    ...currentSpan(),
    ...detailsOf(message),
    ...(error !== undefined && { error: failureOf(error) }),
    ...(error === undefined && places.length > 0 && { error: { name: 'Error', places } }),
  };
}

/** The place in a trace, if it is one that is kept. */
function currentSpan(): Pick<LogEntry, 'trace_id' | 'span_id'> {
  const { traceId, spanId, traceFlags = TraceFlags.NONE } = trace.getActiveSpan()?.spanContext() ?? {};
  if (traceId === undefined || spanId === undefined || (traceFlags & TraceFlags.SAMPLED) === 0) return {};
  return { trace_id: traceId, span_id: spanId };
}

function detailsOf(message: unknown): LogDetails {
  // A message that is put into words only where somebody reads it.
  if (typeof message === 'function') return detailsOf((message as () => unknown)());
  if (typeof message === 'string') return { message };
  if (message instanceof Error) return { message: 'Something failed that nobody foresaw.' };
  const given = (typeof message === 'object' && message !== null ? message : {}) as Record<string, unknown>;
  const picked = [
    ...TEXTS.filter((name) => typeof given[name] === 'string'),
    ...NUMBERS.filter((name) => typeof given[name] === 'number'),
  ].map((name) => [name, given[name]]);
  const text = given['message'];
  return { ...(Object.fromEntries(picked) as Omit<LogDetails, 'message'>), message: typeof text === 'string' ? text : typeof message };
}
