import { field, textField } from '../http/json-fields.js';
import type { ReadVendorError } from '../http/vendor-failure.js';
import type { ProviderContext } from '../provider.js';

/** What both directions need to talk to the server. */
export interface OpenaiCompatibleConnection extends ProviderContext {
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  apiKey: string | undefined;
}

/** `{error: {message, type, param, code}}`; the code tells an empty account from a busy one. */
export const readOpenaiError: ReadVendorError = (body, status) => {
  const error = field(body, 'error');
  const code = textField(error, 'code') ?? textField(error, 'type');
  const message = textField(error, 'message') ?? textField(body, 'detail') ?? (typeof body === 'string' ? body : undefined);
  return {
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
    ...(code === 'insufficient_quota' ? { kind: 'quota' as const } : {}),
    // Groq's word for "no room just now".
    ...(status === 498 ? { kind: 'rate' as const } : {}),
  };
};
