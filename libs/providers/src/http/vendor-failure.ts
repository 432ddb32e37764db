import { ParlanceError, type ErrorCode } from '@parlance/contracts';
import { readText, type HttpResponse } from './http-client.js';
import { redact } from './redact.js';

/** What a vendor's own error body says, in whatever shape it came. */
export interface VendorError {
  message?: string;
  /** The vendor's code or status word. */
  code?: string;
  /**
   * Set where the vendor's code or words say more than the HTTP status: a 401 that is about money, say, or a 400 about
   * what this vendor cannot do. `invalid` is for a request that is wrong wherever it goes: nobody else is asked.
   */
  kind?: ErrorCode;
  /** Where it stands in the body and not in a header. */
  requestId?: string;
}

/** Reads the vendor's error from the parsed JSON of the body, or from its text. `undefined`: nothing known. */
export type ReadVendorError = (body: unknown, status: number) => VendorError | undefined;

export interface FailureContext {
  provider: string;
  /** What must never be repeated in a message, a code or a request id: keys, and the text or names of the request. */
  secrets: readonly (string | undefined)[];
  /** Header names (lower case) that may hold the vendor's request id. */
  requestIdHeaders?: readonly string[];
}

/** The one table from HTTP status to kind of failure. */
function kindOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'auth';
    case 402:
      return 'quota';
    case 403:
      return 'permission';
    case 404:
    case 410:
      return 'not_found';
    case 408:
    case 499:
    case 504:
      return 'timeout';
    case 413:
      return 'too_large';
    case 415:
    case 451:
      return 'unsupported';
    case 409:
    case 423:
    case 425:
    case 431:
      // A vendor that is in its own way, or in front of which somebody takes no more headers.
      return 'server';
    case 429:
      return 'rate';
    default:
      return status >= 400 && status < 500 ? 'invalid' : 'server';
  }
}

/** The wrong method, a proxy's credentials, another host, another protocol: who answers so is not the vendor's API. */
const ELSEWHERE: readonly number[] = [405, 407, 421, 426];

/**
 * Whether somebody else answered than the vendor's API: a redirect, which is not followed, or the page of a server, as of
 * one that is asked for http where it has https only. It has not read the request.
 */
function isElsewhere(status: number, text: string): boolean {
  return (
    (status >= 300 && status < 400) ||
    ELSEWHERE.includes(status) ||
    ([400, 404, 410, 422].includes(status) && text.trimStart().startsWith('<'))
  );
}

/** The status says most of it: what comes later of the words is not waited for. */
const REFUSAL_MILLISECONDS = 2000;

/** The failure that an answer with an error status stands for. Reads the body. */
export async function vendorFailure(response: HttpResponse, read: ReadVendorError, context: FailureContext): Promise<ParlanceError> {
  return failureOf(response, await readRefusal(response), read, context);
}

/** The body of an answer with an error status; nothing where it is too large, breaks off or does not come to its end. */
export async function readRefusal(response: HttpResponse, milliseconds = REFUSAL_MILLISECONDS): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => {
      resolve('');
      // One that drips would keep its connection for hours.
      void response.body[Symbol.asyncIterator]().return?.();
    }, milliseconds);
  });
  try {
    return await Promise.race([readText(response, 65_536).catch(() => ''), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The same for a body that has been read already. */
export function failureOf(
  response: Pick<HttpResponse, 'status' | 'header'>,
  text: string,
  read: ReadVendorError,
  context: FailureContext,
): ParlanceError {
  const { provider, secrets, requestIdHeaders = ['x-request-id', 'request-id'] } = context;
  const known = read(parse(text), response.status) ?? {};
  const elsewhere = isElsewhere(response.status, text);
  const ofStatus = kindOf(response.status);
  const code = known.kind ?? (elsewhere && ofStatus === 'invalid' ? 'server' : ofStatus);
  const retryAfterSeconds = parseRetryAfter(response.header('retry-after'));
  const requestId = known.requestId ?? requestIdHeaders.map((name) => response.header(name)).find((id) => id !== undefined);
  const { message = '' } = known;
  const said = message === '' || elsewhere ? `It answered ${response.status}.` : `It says: ${redact(message, secrets)}`;
  const advice = elsewhere ? ' Check its address.' : '';
  return new ParlanceError(code, `${provider} ${whatHappened[code]} ${said}${advice}`, {
    provider,
    ...(known.code === undefined ? {} : { reason: redact(known.code, secrets) }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    ...(requestId === undefined ? {} : { requestId: redact(requestId, secrets) }),
  });
}

const whatHappened: Readonly<Record<ErrorCode, string>> = {
  invalid: 'refused the request.',
  too_large: 'was sent more than it takes.',
  not_found: 'does not have what was asked for: check model and voice.',
  unsupported: 'cannot do that.',
  auth: 'refused the credentials: check the key.',
  permission: 'does not allow this with these credentials.',
  quota: 'has nothing left to spend: check the account.',
  rate: 'is asked too often: try again later.',
  server: 'failed.',
  timeout: 'did not answer in time.',
  empty: 'answered with nothing.',
  no_speech: 'heard no words.',
  aborted: 'was left.',
  unavailable: 'is not available.',
};

/** What says more is no time that anybody means, and would not be written in digits: a year. */
const LONGEST_RETRY_AFTER = 31_536_000;

/**
 * Seconds, or a date: seconds from now, never negative, a year at the most. `undefined` for anything else; `Date.parse`
 * alone takes `-5` for May 2001.
 */
export function parseRetryAfter(value = '', now = Date.now()): number | undefined {
  const said = value.trim();
  const isDate = /^[a-z]{3,9},? /i.test(said);
  const seconds = /^\d+(?:\.\d+)?$/.test(said) ? Number(said) : isDate ? (Date.parse(said) - now) / 1000 : Number.NaN;
  return Number.isNaN(seconds) ? undefined : Math.min(Math.max(0, seconds), LONGEST_RETRY_AFTER);
}

/** JSON where it is JSON; the text where it is plain text; nothing for a page, or for what is no text: packed, or audio. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.trimStart().startsWith('<') || NO_TEXT.test(text) ? undefined : text.trim();
  }
}

/** Control characters, but for those of the layout. */
const NO_TEXT = /[^\P{Cc}\t\n\v\f\r]/u;
