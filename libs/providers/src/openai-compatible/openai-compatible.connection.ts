import type { ErrorCode } from '@parlance/contracts';
import { field, listField, textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import type { ReadVendorError } from '../http/vendor-failure.js';
import type { ProviderContext } from '../provider.js';

/** What both directions need to talk to the server. */
export interface OpenaiCompatibleConnection extends ProviderContext {
  baseUrl: string;
  headers: Readonly<Record<string, string>>;
  apiKey: string | undefined;
}

/** Where the code says more than the HTTP status. */
const kinds: Readonly<Record<string, ErrorCode>> = {
  insufficient_quota: 'quota',
  string_above_max_length: 'too_large',
  context_length_exceeded: 'too_large',
  input_too_large: 'too_large',
  model_not_found: 'not_found',
  // Groq's words for models that are gone, and for those whose terms nobody has agreed to.
  model_decommissioned: 'not_found',
  model_terms_required: 'permission',
  unsupported_language: 'unsupported',
  unsupported_format: 'unsupported',
};

/** `{error: {message, type, param, code}}`; `{detail}` of FastAPI, which is a text, an object or a list. */
export const readOpenaiError: ReadVendorError = (body, status) => {
  const error = field(body, 'error');
  const code = textField(error, 'code') ?? textField(error, 'type');
  const message = textField(error, 'message') ?? detailOf(body) ?? (typeof body === 'string' ? body : undefined);
  const kind = kinds[code ?? ''] ?? kindOf(status, textField(error, 'param'), code, message ?? '');
  return {
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
  };
};

function kindOf(status: number, param: string | undefined, code: string | undefined, message: string): ErrorCode | undefined {
  // Groq's word for "no room just now".
  if (status === 498) return 'rate';
  const byWords = refusalKind(status, message);
  if (byWords !== undefined || (status !== 400 && status !== 422)) return byWords;
  if (code === 'missing_required_parameter') return undefined;
  if (param === 'voice' || param === 'model' || /'loc': \('body', '(?:voice|model)'\)/.test(message)) return 'not_found';
  return param === 'response_format' || (param === 'file' && /supported formats/i.test(message)) ? 'unsupported' : undefined;
}

function detailOf(body: unknown): string | undefined {
  const [problem] = listField(body, 'detail');
  return textField(body, 'detail') ?? textField(field(body, 'detail'), 'message') ?? textField(problem, 'msg');
}
