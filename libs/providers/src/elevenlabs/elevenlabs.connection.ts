import type { ErrorCode } from '@parlance/contracts';
import { field, listField, textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import type { ReadVendorError, VendorError } from '../http/vendor-failure.js';
import type { ProviderContext } from '../provider.js';

/** What both directions need to talk to ElevenLabs. */
export interface ElevenlabsConnection extends ProviderContext {
  baseUrl: string;
  apiKey: string;
  headers: Readonly<Record<string, string>>;
}

/** Where the vendor's word says more than the HTTP status: an empty account is a 401, a missing voice may be a 400. */
const KINDS: Readonly<Record<string, ErrorCode>> = {
  quota_exceeded: 'quota',
  insufficient_credits: 'quota',
  payment_required: 'quota',
  max_character_limit_exceeded: 'too_large',
  text_too_long: 'too_large',
  file_too_large: 'too_large',
  audio_too_long: 'too_large',
  string_too_long: 'too_large',
  voice_not_found: 'not_found',
  // An id that cannot be one.
  invalid_uid: 'not_found',
  model_not_found: 'not_found',
  unsupported_language: 'unsupported',
  unsupported_model: 'unsupported',
  // The plan lacks the format, not the key the permission.
  output_format_not_allowed: 'unsupported',
  invalid_api_key: 'auth',
  needs_authorization: 'auth',
  missing_permissions: 'permission',
  detected_unusual_activity: 'permission',
  too_many_concurrent_requests: 'rate',
  concurrent_limit_exceeded: 'rate',
  rate_limit_exceeded: 'rate',
  system_busy: 'rate',
};

/** `{detail: {status, message}}`, newer `{detail: {type, code, message}}`; 422 is `{detail: [{loc, msg, type}]}`. */
export const readElevenlabsError: ReadVendorError = (body, status) => {
  const detail = field(body, 'detail');
  const problems = listField(body, 'detail');
  if (problems.length > 0) return ofProblems(problems, status);
  const code = textField(detail, 'code') ?? textField(detail, 'status');
  const message = textField(detail, 'message') ?? textField(body, 'detail') ?? (typeof body === 'string' ? body : undefined);
  const kind = KINDS[code ?? ''] ?? refusalKind(status, message ?? '');
  return {
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
  };
};

/** An option as it stands in a query or a form. */
export function written(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function ofProblems(problems: readonly unknown[], status: number): VendorError {
  const message = problems
    .map((problem) => {
      const path = listField(problem, 'loc').map(String).join('.');
      return `${path}: ${textField(problem, 'msg') ?? 'wrong'}`;
    })
    .join('; ');
  const code = textField(problems[0], 'type');
  const kind = KINDS[code ?? ''] ?? refusalKind(status, message);
  return { message, ...(code === undefined ? {} : { code }), ...(kind === undefined ? {} : { kind }) };
}
