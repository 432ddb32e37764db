import type { ErrorCode } from '@parlance/contracts';
import { textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import type { ReadVendorError } from '../http/vendor-failure.js';
import type { ProviderContext } from '../provider.js';

/** What both directions need to talk to Deepgram. */
export interface DeepgramConnection extends ProviderContext {
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  apiKey: string;
  /** Parameters of every request. */
  query: Readonly<Record<string, unknown>>;
}

export const deepgramRequestIds: readonly string[] = ['dg-request-id', 'x-dg-request-id', 'x-request-id'];

/** The address with its parameters; a list becomes a repeated parameter, what is absent is left out. */
export function deepgramUrl({ baseUrl, query }: DeepgramConnection, path: string, parameters: Readonly<Record<string, unknown>>): URL {
  const url = new URL(`${baseUrl}${path}`);
  for (const [name, value] of Object.entries({ ...query, ...parameters })) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== undefined && one !== null) url.searchParams.append(name, typeof one === 'string' ? one : JSON.stringify(one));
    }
  }
  return url;
}

/** Deepgram says 400 to most of what it does not have. */
const KINDS: Readonly<Record<string, ErrorCode>> = {
  UNSUPPORTED_AUDIO_FORMAT: 'unsupported',
};

/** `{err_code, err_msg, request_id}`, `{category, message, details, request_id}`, or plain text. */
export const readDeepgramError: ReadVendorError = (body, status) => {
  const code = textField(body, 'err_code') ?? textField(body, 'category');
  const words = [textField(body, 'err_msg'), textField(body, 'message'), textField(body, 'details')].filter((word) => word !== undefined);
  const message = words.length > 0 ? words.join(' ') : typeof body === 'string' ? body : '';
  const kind = KINDS[code ?? ''] ?? refusalKind(status, message);
  return { message, ...(code === undefined ? {} : { code }), ...(kind === undefined ? {} : { kind }) };
};
