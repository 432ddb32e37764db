import type { ErrorCode } from '@parlance/contracts';
import { textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import type { ReadVendorError } from '../http/vendor-failure.js';
import type { ProviderContext } from '../provider.js';

/** What both directions need to talk to Cartesia. */
export interface CartesiaConnection extends ProviderContext {
  baseUrl: string;
  apiKey: string;
  headers: Readonly<Record<string, string>>;
}

/** Where the vendor's word says more than the HTTP status. */
const KINDS: Readonly<Record<string, ErrorCode>> = {
  concurrency_limited: 'rate',
  quota_exceeded: 'quota',
  insufficient_credits: 'quota',
  voice_not_found: 'not_found',
  model_not_found: 'not_found',
};

/** `{error_code, title, message}`; plain text `Title: Message` before version 2026-03-01. */
export const readCartesiaError: ReadVendorError = (body, status) => {
  const code = textField(body, 'error_code');
  const message = textField(body, 'message') ?? textField(body, 'title') ?? (typeof body === 'string' ? body : undefined);
  const kind = KINDS[code ?? ''] ?? refusalKind(status, message ?? '');
  return {
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
  };
};
