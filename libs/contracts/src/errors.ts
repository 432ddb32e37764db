/** What may be done about a kind of failure. */
export interface ErrorKind {
  /** The same request to the same provider may work a moment later. */
  retryable: boolean;
  /** Whether another provider is asked. `once`: one other, since more of them would hear the same. */
  fallback: 'no' | 'once' | 'yes';
  /**
   * What the circuit breaker of the provider makes of it. `counts`: one of several that open it; `short`: opens it
   * for a moment, or for as long as the provider says; `long`: opens it at once and for long, since somebody has to
   * mend an account.
   */
  breaker: 'ignores' | 'counts' | 'short' | 'long';
}

/**
 * Every failure Parlance reports is one of these kinds. What may be done about a kind is decided here and
 * nowhere else.
 */
const ERROR_KINDS = {
  /** The request itself is wrong; the same request will never work, with nobody. */
  invalid: { retryable: false, fallback: 'no', breaker: 'ignores' },
  /** More bytes, characters or seconds than may be taken. */
  too_large: { retryable: false, fallback: 'yes', breaker: 'ignores' },
  /** A name (model, voice, provider, file) that does not exist. */
  not_found: { retryable: false, fallback: 'yes', breaker: 'ignores' },
  /** A real thing that cannot be done here: a language, a format, an option. */
  unsupported: { retryable: false, fallback: 'yes', breaker: 'ignores' },
  /** The credentials were refused, or there are none. */
  auth: { retryable: false, fallback: 'yes', breaker: 'long' },
  /** The credentials are good but not for this. */
  permission: { retryable: false, fallback: 'yes', breaker: 'long' },
  /** The account has nothing left to spend. */
  quota: { retryable: false, fallback: 'yes', breaker: 'long' },
  /** Too many requests just now. */
  rate: { retryable: true, fallback: 'yes', breaker: 'short' },
  /** The other side broke. */
  server: { retryable: true, fallback: 'yes', breaker: 'counts' },
  /** No answer in time, or no connection. */
  timeout: { retryable: true, fallback: 'yes', breaker: 'counts' },
  /** A success without any audio in it, or with too little of it to be the text. */
  empty: { retryable: true, fallback: 'yes', breaker: 'counts' },
  /** There is speech in a recording, and no text came of it. */
  no_speech: { retryable: false, fallback: 'once', breaker: 'ignores' },
  /** The caller left. */
  aborted: { retryable: false, fallback: 'no', breaker: 'ignores' },
  /** Nothing is left that could serve the request. */
  unavailable: { retryable: false, fallback: 'yes', breaker: 'ignores' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

export interface ErrorDetails {
  /** The provider that failed, by its registered name. */
  provider?: string;
  /** The request field at fault, as the caller spelled it. */
  param?: string;
  /** A more precise code for machines, e.g. `model_not_found`. */
  reason?: string;
  /** Seconds after which the provider says it may be asked again. */
  retryAfterSeconds?: number;
  /** The provider's own name of the request, for its support. */
  requestId?: string;
  cause?: unknown;
}

/** The root of the tree. `message` is for the caller: it says what to do and never holds a key, a text or a stack. */
export class ParlanceError extends Error {
  override readonly name: string = 'ParlanceError';
  readonly provider: string | undefined;
  readonly param: string | undefined;
  readonly reason: string | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly requestId: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.provider = details.provider;
    this.param = details.param;
    this.reason = details.reason;
    this.retryAfterSeconds = details.retryAfterSeconds;
    this.requestId = details.requestId;
  }

  /** Whether the same request to the same provider may work a moment later. */
  get retryable(): boolean {
    return this.kind.retryable;
  }

  /** Everything it was made with beside its code and message. */
  get details(): ErrorDetails {
    const { provider, param, reason, retryAfterSeconds, requestId, cause } = this;
    return {
      ...(provider !== undefined && { provider }),
      ...(param !== undefined && { param }),
      ...(reason !== undefined && { reason }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(requestId !== undefined && { requestId }),
      ...(cause !== undefined && { cause }),
    };
  }

  /** What may be done about it. */
  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** The request is wrong: `param` names the field, the message the values that would do. */
export class InvalidRequestError extends ParlanceError {
  override readonly name = 'InvalidRequestError';
  constructor(message: string, param?: string, details: ErrorDetails = {}) {
    super('invalid', message, param === undefined ? details : { ...details, param });
  }
}

export class TooLargeError extends ParlanceError {
  override readonly name: string = 'TooLargeError';
  constructor(message: string, param?: string, details: ErrorDetails = {}) {
    super('too_large', message, param === undefined ? details : { ...details, param });
  }
}

/** A recording that lasts longer than is taken, however few its bytes. */
export class TooLongError extends TooLargeError {
  override readonly name = 'TooLongError';
  constructor(
    message: string,
    readonly maximumSeconds: number,
  ) {
    super(message, 'file');
  }
}

/** A name that does not exist; the message lists what does, unless `available` is left out because nobody may be told. */
export class NotFoundError extends ParlanceError {
  override readonly name = 'NotFoundError';
  constructor(kind: string, asked: string, available?: readonly string[], details: ErrorDetails = {}) {
    super('not_found', `There is no ${kind} '${printable(asked)}'.${listed(available)}`, details);
  }
}

/** The thing exists but cannot be had here; the message names the way out. */
export class UnsupportedError extends ParlanceError {
  override readonly name = 'UnsupportedError';
  constructor(message: string, param?: string, details: ErrorDetails = {}) {
    super('unsupported', message, param === undefined ? details : { ...details, param });
  }
}

export class AbortedError extends ParlanceError {
  override readonly name = 'AbortedError';
  constructor(cause?: unknown) {
    super('aborted', 'The request was abandoned by its caller.', cause === undefined ? {} : { cause });
  }
}

/** Throws {@link AbortedError} when the signal has fired. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AbortedError(signal.reason);
}

function listed(available: readonly string[] | undefined): string {
  if (available === undefined) return '';
  return available.length > 0 ? ` Available: ${available.join(', ')}.` : ' None is configured.';
}

/** A caller's word as it may stand in a message: short, and on one line. */
function printable(word: string): string {
  const oneLine = word.replaceAll(/\p{C}+/gu, ' ');
  return oneLine.length > 64 ? `${oneLine.slice(0, 64)}…` : oneLine;
}
