import type { ErrorCode, ParlanceError } from '@parlance/contracts';
import { field, textField } from '../http/json-fields.js';
import { failureOf, type FailureContext, type ReadVendorError } from '../http/vendor-failure.js';

const kinds: Readonly<Record<string, ErrorCode>> = {
  insufficient_quota: 'quota',
  rate_limit_exceeded: 'rate',
  invalid_api_key: 'auth',
  model_not_found: 'not_found',
  server_error: 'server',
  invalid_request_error: 'invalid',
};

/** `{error: {message, type, code}}`, the same over HTTP and in events. */
export const readRealtimeError: ReadVendorError = (body) => {
  const error = field(body, 'error');
  const message = textField(error, 'message') ?? (typeof body === 'string' ? body : undefined);
  const code = textField(error, 'code') ?? textField(error, 'type');
  const kind = code === undefined ? undefined : kinds[code];
  return {
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
  };
};

/** The failure that the error of an event stands for: an event has no status, but a type. */
export function eventFailure(error: unknown, context: FailureContext): ParlanceError {
  const status = textField(error, 'type') === 'invalid_request_error' ? 400 : 500;
  return failureOf({ status, header: () => undefined }, JSON.stringify({ error }), readRealtimeError, context);
}
