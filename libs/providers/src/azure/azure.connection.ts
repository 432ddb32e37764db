import type { ErrorCode } from '@parlance/contracts';
import { field, textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import type { ReadVendorError } from '../http/vendor-failure.js';
import type { ProviderContext } from '../provider.js';
import type { AzureAddresses } from './azure.addresses.js';

/** What both directions need to talk to Azure. */
export interface AzureConnection extends ProviderContext {
  addresses: AzureAddresses;
  /** With the key, and the user agent that Azure insists on. */
  headers: Readonly<Record<string, string>>;
  apiKey: string;
}

export const azureRequestIds: readonly string[] = ['x-requestid', 'apim-request-id', 'x-ms-request-id', 'x-request-id'];

/**
 * `{error: {code, message}}` of the gateway, `{statusCode, message}` of the quota keeper, `{code, message, innerError}`
 * of the fast transcription; plain text, or nothing at all, of speech.
 */
export const readAzureError: ReadVendorError = (body, status) => {
  const error = field(body, 'error') ?? body;
  const inner = field(error, 'innerError') ?? field(error, 'innererror');
  const code = textField(inner, 'code') ?? textField(error, 'code');
  const message = textField(inner, 'message') ?? textField(error, 'message') ?? (typeof error === 'string' ? error : '');
  const kind = kindOf(status, code ?? '', message);
  return { message, ...(code === undefined ? {} : { code }), ...(kind === undefined ? {} : { kind }) };
};

/** Inner codes of the fast transcription. */
const kinds: Readonly<Record<string, ErrorCode>> = {
  InvalidLocale: 'unsupported',
  UnsupportedLanguageCode: 'unsupported',
  InvalidAudioFormat: 'unsupported',
  InvalidModel: 'not_found',
  InvalidBaseModel: 'not_found',
  ModelDeprecated: 'not_found',
};

/** Azure says 403 to an account that is used up, and 400 to voices it does not have and to what is too long. */
function kindOf(status: number, code: string, message: string): ErrorCode | undefined {
  if (/out of call volume quota|quota (?:has been )?exceeded/i.test(message)) return 'quota';
  if (/LimitExceeded|TooLarge/i.test(code)) return 'too_large';
  return kinds[code] ?? refusalKind(status, message);
}
