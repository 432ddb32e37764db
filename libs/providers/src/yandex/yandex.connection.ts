import type { ErrorCode } from '@parlance/contracts';
import type { HttpResponse } from '../http/http-client.js';
import { field, numberField, textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import { failureOf, vendorFailure, type FailureContext, type ReadVendorError } from '../http/vendor-failure.js';
import type { ProviderContext } from '../provider.js';
import type { YandexOptions } from './yandex.options.js';

/** What every call to SpeechKit needs. */
export interface YandexConnection extends ProviderContext {
  readonly speechUrl: string;
  readonly transcriptionUrl: string;
  readonly operationUrl: string;
  readonly authorization: string;
  readonly folderId: string | undefined;
  readonly secrets: readonly (string | undefined)[];
}

export function yandexConnection(options: YandexOptions, context: ProviderContext): YandexConnection {
  const { apiKey, iamToken, folderId } = options;
  return {
    ...context,
    speechUrl: withoutSlash(options.speechUrl),
    transcriptionUrl: withoutSlash(options.transcriptionUrl),
    operationUrl: withoutSlash(options.operationUrl),
    authorization: apiKey === undefined ? `Bearer ${iamToken ?? ''}` : `Api-Key ${apiKey}`,
    folderId,
    secrets: [apiKey, iamToken],
  };
}

/** The headers of API v3; v1 takes the folder as a parameter. */
export function v3Headers({ authorization, folderId }: YandexConnection): Record<string, string> {
  return { authorization, ...(folderId === undefined ? {} : { 'x-folder-id': folderId }) };
}

/** What failures may say, beyond the keys, for a request with these words in it. */
export function failureContext({ name, secrets }: YandexConnection, ...words: readonly (string | undefined)[]): FailureContext {
  return {
    provider: name,
    secrets: [...secrets, ...words],
    requestIdHeaders: ['x-request-id', 'x-server-trace-id', 'x-client-request-id'],
  };
}

/** @throws ParlanceError unless the answer is a success */
export async function expectSuccess(response: HttpResponse, context: FailureContext): Promise<void> {
  if (response.status !== 200) throw await vendorFailure(response, readYandexError, context);
}

/** An error that came inside of a success: a line of a stream, or the end of an operation. */
export function failureWithin(body: unknown, response: HttpResponse, context: FailureContext) {
  const status = numberField(field(body, 'error'), 'httpCode') ?? numberField(field(body, 'error'), 'http_code') ?? 500;
  return failureOf({ status, header: (name) => response.header(name) }, JSON.stringify(body), readYandexError, context);
}

const kindByGrpcCode: Readonly<Record<number, { word: string; kind: ErrorCode }>> = {
  3: { word: 'INVALID_ARGUMENT', kind: 'invalid' },
  4: { word: 'DEADLINE_EXCEEDED', kind: 'timeout' },
  5: { word: 'NOT_FOUND', kind: 'not_found' },
  7: { word: 'PERMISSION_DENIED', kind: 'permission' },
  8: { word: 'RESOURCE_EXHAUSTED', kind: 'rate' },
  12: { word: 'UNIMPLEMENTED', kind: 'server' },
  13: { word: 'INTERNAL', kind: 'server' },
  14: { word: 'UNAVAILABLE', kind: 'server' },
  16: { word: 'UNAUTHENTICATED', kind: 'auth' },
};

/** `{error_code, error_message}` of v1; `{error: {grpcCode, httpCode, message}}` or `{code, message}` of v3. */
export const readYandexError: ReadVendorError = (body, status) => {
  const error = field(body, 'error') ?? body;
  const message = textField(body, 'error_message') ?? textField(error, 'message') ?? (typeof error === 'string' ? error : undefined);
  const number =
    numberField(error, 'grpcCode') ?? numberField(error, 'grpc_code') ?? numberField(error, 'code') ?? numberField(body, 'code');
  const known = number === undefined ? undefined : kindByGrpcCode[number];
  const code = textField(body, 'error_code') ?? known?.word;
  const kind = finerKind(known?.kind, status, message ?? '') ?? known?.kind;
  return {
    ...(message === undefined ? {} : { message }),
    ...(code === undefined ? {} : { code }),
    ...(kind === undefined ? {} : { kind }),
  };
};

/** Where the words say more than the code. */
function finerKind(kind: ErrorCode | undefined, status: number, message: string): ErrorCode | undefined {
  const refused = kind === 'invalid' || (kind === undefined && status === 400);
  if (refused && /should be less than|exceeds? (?:the )?(?:limit|maximum)/i.test(message)) return 'too_large';
  if (refused) return refusalKind(400, message);
  const denied = kind === 'permission' || (kind === undefined && status === 403);
  if (denied && /billing|payment|not enough (?:money|funds)|suspended/i.test(message)) return 'quota';
  return undefined;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
