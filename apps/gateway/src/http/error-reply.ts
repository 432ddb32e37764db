import { HttpException, NotFoundException } from '@nestjs/common';
import { AbortedError, ExhaustedError, ParlanceError, type ErrorCode, type TraceAttempt } from '@parlance/contracts';

/** The code of what this process does no more, and another one would do. */
export const STOPPING = 'stopping';

/** Failures that pass, of what may be asked for twice: a client that repeats the request does right. */
const WORTH_REPEATING: readonly (string | undefined)[] = [STOPPING, 'cache_unavailable'];

/** OpenAI's error body; all four keys are always there. */
export interface ErrorBody {
  error: {
    message: string;
    type: string;
    param: string | null;
    code: string | null;
    /** Every call to a provider that was made, where all have failed. */
    attempts?: readonly TraceAttempt[];
    /** The recording that was kept because nobody could transcribe it. */
    recording_id?: string;
  };
}

export interface ErrorReply {
  status: number;
  body: ErrorBody;
  headers: Readonly<Record<string, string>>;
  /** Nobody foresaw it: the log gets the whole of it. */
  unexpected: boolean;
}

/** The caller left before the answer: seen in the log only. */
export const CLIENT_CLOSED_REQUEST = 499;

const STATUS = {
  invalid: 400,
  too_large: 413,
  not_found: 404,
  unsupported: 400,
  auth: 401,
  permission: 403,
  quota: 429,
  rate: 429,
  server: 502,
  timeout: 504,
  empty: 502,
  no_speech: 422,
  unavailable: 503,
  aborted: CLIENT_CLOSED_REQUEST,
} as const satisfies Record<ErrorCode, number>;

/** Where the kind of a failure is too wide. */
const STATUS_OF_REASON = {
  range_not_satisfiable: 416,
  idempotency_mismatch: 422,
  idempotency_in_progress: 409,
  // Its sender is still there.
  superseded: 409,
  // The keys of the object store are none of the client's.
  s3_refused: 502,
} as const;

const DEFAULT_CODE: Partial<Record<ErrorCode, string>> = {
  too_large: 'content_too_large',
  auth: 'invalid_api_key',
  quota: 'insufficient_quota',
  rate: 'rate_limit_exceeded',
  server: 'provider_error',
  timeout: 'provider_timeout',
  empty: 'provider_error',
  unavailable: 'service_unavailable',
};

/** What is named by these is the very thing that was asked for. */
const OF_ROUTES: readonly string[] = ['model', 'agent', 'providers'];

const WITH_RETRY_AFTER: readonly number[] = [409, 429, 503];

/** How the routes call what the voice layer calls otherwise. */
const FIELD_NAMES: readonly { prefix: string; names: Readonly<Record<string, string>> }[] = [
  { prefix: '/v1/audio/', names: { format: 'response_format', text: 'input', audio: 'file' } },
  { prefix: '/v1/voice/', names: { input: 'text', audio: 'file' } },
  { prefix: '/v1/agents/', names: { audio: 'file' } },
];

/**
 * The one place where a failure becomes a status and a body. Nothing of an unforeseen error is shown.
 * @param url of the request: fields are named as its route calls them
 */
export function toErrorReply(thrown: unknown, url = ''): ErrorReply {
  const error = causeOf(thrown);
  if (error instanceof ParlanceError) return fromParlance(error, url);
  if (error instanceof NotFoundException) {
    return reply(404, 'There is no route with this address and method. The routes are listed at /docs.', { code: 'unknown_url' });
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    const code = error.getStatus() === 413 ? DEFAULT_CODE.too_large : undefined;
    return reply(error.getStatus(), messageOf(error), { code });
  }
  return {
    ...reply(500, 'Something went wrong in the server. The log has the details, under the x-request-id of this answer.'),
    unexpected: true,
  };
}

/** Why work was given up, where that was not its caller's doing: else the failure itself. */
export function causeOf(error: unknown): unknown {
  return error instanceof AbortedError && error.cause instanceof ParlanceError ? causeOf(error.cause) : error;
}

/** The body of any status, for answers that are given before or beside Nest. */
export function errorBody(status: number, message: string, { param, code }: { param?: string; code?: string } = {}): ErrorBody {
  return { error: { message, type: typeOf(status), param: param ?? null, code: code ?? null } };
}

/** What the server refuses by itself, in words that say what to do. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  'Unsupported Media Type': 'Say in the content-type header what the body is: application/json, or multipart/form-data for a recording.',
  'Request body is too large':
    'The body has more bytes than this route takes. Send a shorter text; a recording goes as multipart/form-data.',
};

/** Messages of our own, but for what the server has refused before anybody of ours was asked. */
function messageOf({ message }: HttpException): string {
  return OTHER_WORDS[message] ?? message;
}

function fromParlance(error: ParlanceError, url: string): ErrorReply {
  const status = statusOf(error);
  const { param } = error;
  // An unknown field is named as the caller wrote it.
  const names = error.reason === 'unknown_parameter' ? undefined : FIELD_NAMES.find(({ prefix }) => url.startsWith(prefix))?.names;
  const answer = reply(status, error.message, {
    ...(param !== undefined && { param: names?.[param] ?? param }),
    code: error.reason ?? DEFAULT_CODE[error.code] ?? undefined,
  });
  if (error instanceof ExhaustedError) return exhaustedReply(answer, error);
  const isInVain = status >= 500 && !WORTH_REPEATING.includes(error.reason);
  return { ...answer, headers: { ...retryAfter(status, error), ...(isInVain && { 'x-should-retry': 'false' }) } };
}

/** The providers have been tried again already: a client that repeats the request only multiplies the load. */
function exhaustedReply({ status, body, unexpected }: ErrorReply, error: ExhaustedError): ErrorReply {
  const { attempts, recordingId } = error;
  const headers = {
    ...retryAfter(status, error),
    // Where nobody was asked at all, the client may well come back when it is told to.
    ...(attempts.length > 0 && { 'x-should-retry': 'false', 'x-parlance-attempts': String(attempts.length) }),
    ...(recordingId !== undefined && { 'x-parlance-recording': recordingId }),
  };
  const details = { ...(attempts.length > 0 && { attempts }), ...(recordingId !== undefined && { recording_id: recordingId }) };
  return { status, body: { error: { ...body.error, ...details } }, headers, unexpected };
}

function retryAfter(status: number, { retryAfterSeconds }: ParlanceError): Record<string, string> {
  if (retryAfterSeconds === undefined || !WITH_RETRY_AFTER.includes(status)) return {};
  return { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) };
}

function statusOf({ code, param, provider, reason }: ParlanceError): number {
  if (reason !== undefined && reason in STATUS_OF_REASON) return STATUS_OF_REASON[reason as keyof typeof STATUS_OF_REASON];
  // OpenAI answers a text that is too long, or a voice that is not there, as any other bad value.
  if (code === 'too_large' && (param === 'input' || param === 'text')) return 400;
  if (code === 'not_found' && param !== undefined && !OF_ROUTES.includes(param)) return 400;
  // A vendor that refuses our credentials is no reason for the client to doubt its own.
  if ((code === 'auth' || code === 'permission') && provider !== undefined) return 502;
  return STATUS[code];
}

function reply(status: number, message: string, details: { param?: string; code?: string | undefined } = {}): ErrorReply {
  const { param, code } = details;
  const body = errorBody(status, message, { ...(param !== undefined && { param }), ...(code !== undefined && { code }) });
  return { status, body, headers: {}, unexpected: false };
}

function typeOf(status: number): string {
  if (status >= 500) return 'server_error';
  if (status === 429) return 'rate_limit_error';
  return status === 403 ? 'permission_error' : 'invalid_request_error';
}
