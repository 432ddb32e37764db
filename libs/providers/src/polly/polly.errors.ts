import type { ErrorCode, ParlanceError } from '@parlance/contracts';
import type { HttpResponse } from '../http/http-client.js';
import { textField } from '../http/json-fields.js';
import { refusalKind } from '../http/refusal-kind.js';
import { vendorFailure, type ReadVendorError } from '../http/vendor-failure.js';

/** The exceptions that say more than their HTTP status, which is 400 or 403 for almost everything. */
const kinds: Readonly<Record<string, ErrorCode>> = {
  TextLengthExceededException: 'too_large',
  RequestEntityTooLargeException: 'too_large',
  LexiconNotFoundException: 'not_found',
  InvalidSampleRateException: 'unsupported',
  MarksNotSupportedForFormatException: 'unsupported',
  UnsupportedPlsLanguageException: 'unsupported',
  UnsupportedPlsAlphabetException: 'unsupported',
  EngineNotSupportedException: 'unsupported',
  LanguageNotSupportedException: 'unsupported',
  SsmlMarksNotSupportedForTextTypeException: 'unsupported',
  ThrottlingException: 'rate',
  Throttling: 'rate',
  TooManyRequestsException: 'rate',
  RequestLimitExceeded: 'rate',
  ServiceQuotaExceededException: 'quota',
  UnrecognizedClientException: 'auth',
  InvalidSignatureException: 'auth',
  SignatureDoesNotMatch: 'auth',
  IncompleteSignatureException: 'auth',
  IncompleteSignature: 'auth',
  InvalidClientTokenId: 'auth',
  MissingAuthenticationTokenException: 'auth',
  MissingAuthenticationToken: 'auth',
  ExpiredTokenException: 'auth',
  ExpiredToken: 'auth',
  RequestExpired: 'auth',
  AccessDeniedException: 'permission',
  AccessDenied: 'permission',
  OptInRequired: 'permission',
  ServiceFailureException: 'server',
  InternalFailure: 'server',
  ServiceUnavailable: 'server',
  ServiceUnavailableException: 'server',
};

/** The failure that an answer with an error status stands for. */
export function pollyFailure(response: HttpResponse, provider: string, secrets: readonly (string | undefined)[]): Promise<ParlanceError> {
  const read = readPollyError(response.header('x-amzn-errortype'));
  return vendorFailure(response, read, { provider, secrets, requestIdHeaders: ['x-amzn-requestid'] });
}

/** `{message}` or `{Message}`; the name of the exception is in the header `x-amzn-errortype`, or in `__type`. */
function readPollyError(errorType: string | undefined): ReadVendorError {
  return (body, status) => {
    const code = nameOf(errorType ?? textField(body, '__type') ?? textField(body, 'code'));
    const message = textField(body, 'message') ?? textField(body, 'Message') ?? (typeof body === 'string' ? body : undefined);
    const kind = kinds[code ?? ''] ?? kindOfWords(status, message ?? '');
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { code }),
      ...(kind === undefined ? {} : { kind }),
    };
  };
}

/** A `ValidationException` says which field has a value that Polly does not know; `InvalidSsmlException` stands for lacks too. */
function kindOfWords(status: number, message: string): ErrorCode | undefined {
  const field = /Value '[^']*' at '(\w+)' failed to satisfy constraint: Member must satisfy enum value set/.exec(message)?.[1];
  if (field === 'voiceId' || field === 'engine') return 'not_found';
  if (field !== undefined || /^unsupported \w+ feature/i.test(message)) return 'unsupported';
  return refusalKind(status, message);
}

/** `com.amazon#Name` and `Name:http://…` are both `Name`. */
function nameOf(type: string | undefined): string | undefined {
  return type?.split(':', 1)[0]?.split('#').at(-1)?.trim();
}
