import type { ErrorCode, ParlanceError } from '@parlance/contracts';
import { field, textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import { failureOf, type FailureContext, type ReadVendorError } from '../http/vendor-failure.js';

const kinds: Readonly<Record<string, ErrorCode>> = {
  insufficient_quota: 'quota',
  rate_limit_exceeded: 'rate',
  invalid_api_key: 'auth',
  model_not_found: 'not_found',
  string_above_max_length: 'too_large',
  context_length_exceeded: 'too_large',
  server_error: 'server',
};

/** `{error: {message, type, code}}`, the same over HTTP and in events. */
export const readRealtimeError: ReadVendorError = (body, status) => {
  const error = field(body, 'error');
  const message = textField(error, 'message') ?? (typeof body === 'string' ? body : undefined);
  const code = textField(error, 'code') ?? textField(error, 'type');
  const kind = kinds[code ?? ''] ?? refusalKind(status, message ?? '') ?? kindOfName(status, textField(error, 'param'));
  return {
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
  };
};

/** `voice` or `model`, wherever it stands in the event. */
function kindOfName(status: number, param: string | undefined): ErrorCode | undefined {
  return status === 400 && /(?:^|\.)(?:voice|model)(?:$|\.)/.test(param ?? '') ? 'not_found' : undefined;
}

/** The failure that the error of an event stands for: an event has no status, but a type. */
export function eventFailure(error: unknown, context: FailureContext): ParlanceError {
  const status = textField(error, 'type') === 'invalid_request_error' ? 400 : 500;
  return failureOf({ status, header: () => undefined }, JSON.stringify({ error }), readRealtimeError, context);
}
