import type { Bytes, ErrorCode, ParlanceError } from '@parlance/contracts';
import { expectJson } from '../http/audio-body.js';
import { readText, type HttpRequest, type HttpResponse } from '../http/http-client.js';
import { field, listField, numberField, textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import { failureOf, readRefusal, type ReadVendorError } from '../http/vendor-failure.js';
import type { ProviderContext } from '../provider.js';
import type { GoogleCredentials } from './google.credentials.js';

/** What both directions need to talk to Google. */
export interface GoogleConnection extends ProviderContext {
  credentials: GoogleCredentials;
  apiKey: string | undefined;
}

export interface GoogleCall extends Pick<HttpRequest, 'method' | 'url'> {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  bytes?: { content: Bytes; type: string };
  /** What the request says: never repeated in an error. */
  secrets?: readonly (string | undefined)[];
}

const longestAnswer = 128 * 1024 * 1024;

/** The text of Google's answer to one call. @throws ParlanceError for every answer but a success */
export async function callGoogle(connection: GoogleConnection, call: GoogleCall, signal: AbortSignal): Promise<string> {
  const signedIn = await connection.credentials.headers(signal);
  const { method, url, json, bytes, secrets = [] } = call;
  const type = json === undefined ? bytes?.type : 'application/json';
  const body = json === undefined ? bytes?.content : JSON.stringify(json);
  const response = await connection.http.send(
    {
      method,
      url,
      headers: { ...signedIn, ...(type === undefined ? {} : { 'content-type': type }) },
      ...(body === undefined ? {} : { body }),
    },
    signal,
  );
  const hidden = [connection.apiKey, signedIn['authorization']?.replace(/^Bearer /, ''), ...secrets];
  if (response.status >= 200 && response.status < 300) return readText(response, longestAnswer);
  throw googleFailure(connection, response, await readRefusal(response), hidden);
}

/** The JSON of a successful answer. @throws ParlanceError, for an error inside of it too */
export function googleJson(connection: GoogleConnection, text: string, secrets: readonly (string | undefined)[]): Record<string, unknown> {
  const body = expectJson(text, connection.name);
  if (field(body, 'error') === undefined) return body;
  const status = statusOf(numberField(body['error'], 'code'));
  throw googleFailure(connection, { status, header: () => undefined }, JSON.stringify({ error: body['error'] }), [
    connection.apiKey,
    ...secrets,
  ]);
}

function googleFailure(
  connection: GoogleConnection,
  { status, header }: Pick<HttpResponse, 'status' | 'header'>,
  text: string,
  secrets: readonly (string | undefined)[],
): ParlanceError {
  // Google says in the body when to come back; the header is there at times only.
  const headerOrDetail = (name: string) => header(name) ?? (name === 'retry-after' ? retryDelay(text) : undefined);
  return failureOf({ status, header: headerOrDetail }, text, readGoogleError, { provider: connection.name, secrets });
}

/** `{error: {code, message, status, details}}`; token servers say `{error, error_description}`. */
export const readGoogleError: ReadVendorError = (body, httpStatus) => {
  const whole = Array.isArray(body) ? (body as unknown[])[0] : body;
  const error = field(whole, 'error');
  const said = typeof error === 'string' ? textField(whole, 'error_description') : textField(error, 'message');
  const message = said ?? (typeof whole === 'string' && whole !== '' ? whole : undefined);
  const reason = reasonOf(error) ?? textField(error, 'status') ?? (typeof error === 'string' ? error : undefined);
  const kind = kindOf(error, message ?? '', httpStatus);
  return {
    ...(message === undefined ? {} : { message }),
    ...(reason === undefined ? {} : { code: reason }),
    ...(kind === undefined ? {} : { kind }),
  };
};

const kindOfReason: Readonly<Record<string, ErrorCode | undefined>> = {
  API_KEY_INVALID: 'auth',
  API_KEY_EXPIRED: 'auth',
  CREDENTIALS_MISSING: 'auth',
  ACCESS_TOKEN_EXPIRED: 'auth',
  BILLING_DISABLED: 'quota',
};

/** Where Google's words say more than the status: most of what can be wrong comes as 400. */
function kindOf(error: unknown, message: string, httpStatus: number): ErrorCode | undefined {
  const known = kindOfReason[reasonOf(error) ?? ''];
  if (known !== undefined) return known;
  if (httpStatus === 429 && isDaily(error)) return 'quota';
  if (httpStatus === 403 && /unregistered callers/i.test(message)) return 'auth';
  if (httpStatus !== 400) return undefined;
  if (/api key (?:not valid|expired)/i.test(message)) return 'auth';
  if (/payload size exceeds/i.test(message)) return 'too_large';
  if (/language code .*doesn't match the voice/i.test(message)) return 'unsupported';
  return refusalKind(httpStatus, message);
}

function detail(error: unknown, type: string): unknown {
  return listField(error, 'details').find((one) => textField(one, '@type')?.endsWith(`/google.rpc.${type}`));
}

function reasonOf(error: unknown): string | undefined {
  return textField(detail(error, 'ErrorInfo'), 'reason');
}

/** `1/d/{project}` and `...PerDay...`: it is not over in a minute. */
function isDaily(error: unknown): boolean {
  const limit = field(detail(error, 'ErrorInfo'), 'metadata');
  return /^1\/d\b/.test(textField(limit, 'quota_unit') ?? '') || /perday/i.test(textField(limit, 'quota_limit') ?? '');
}

function retryDelay(text: string): string | undefined {
  try {
    const parsed = JSON.parse(text) as unknown;
    const delay = textField(detail(field(Array.isArray(parsed) ? parsed[0] : parsed, 'error'), 'RetryInfo'), 'retryDelay');
    return delay === undefined ? undefined : /^(\d+(?:\.\d+)?)s$/.exec(delay)?.[1];
  } catch {
    return undefined;
  }
}

/** The HTTP status that stands for a code inside an answer: an HTTP status already, or one of gRPC's. */
function statusOf(code: number | undefined): number {
  if (code === undefined) return 500;
  return code >= 100 ? code : (statusOfGrpc[code] ?? 500);
}

const statusOfGrpc: Readonly<Record<number, number>> = {
  1: 499,
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  9: 400,
  11: 400,
  14: 503,
  16: 401,
};
