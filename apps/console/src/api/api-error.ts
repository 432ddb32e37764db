import type { TraceAttempt } from '@parlance/contracts';

/** What the gateway says of a request that it could not serve. */
export interface ApiFailure {
  /** Says what to do. */
  message: string;
  /** 0: there was no answer at all. */
  status: number;
  code?: string;
  /** The field that is wrong. */
  param?: string;
  requestId?: string;
  /** Every call to a provider, where all have failed. */
  attempts?: readonly TraceAttempt[];
}

/** An answer that is an error, or no answer. */
export class ApiError extends Error implements ApiFailure {
  readonly status: number;
  declare readonly code?: string;
  declare readonly param?: string;
  declare readonly requestId?: string;
  declare readonly attempts?: readonly TraceAttempt[];

  constructor({ message, ...facts }: ApiFailure) {
    super(message);
    this.status = facts.status;
    Object.assign(this, facts);
  }

  /** Whether another key would help. */
  get lacksScope(): boolean {
    return this.status === 403 && this.code === 'insufficient_scope';
  }
}

/** The error of an answer, whatever its body is: a proxy in between may have its own. */
export function errorOf(status: number, body: string, requestId?: string | null): ApiError {
  const known = { status, ...(requestId != null && requestId !== '' && { requestId }) };
  const error = errorIn(parsed(body));
  if (error !== undefined) return new ApiError({ ...known, ...error });
  return new ApiError({
    ...known,
    message: `The answer was ${status} and says no more. Something between this page and the gateway may have given it.`,
  });
}

/** The error that an event or a body holds, or none. */
export function errorIn(value: unknown): Omit<ApiFailure, 'status'> | undefined {
  const error = isRecord(value) ? value['error'] : undefined;
  if (!isRecord(error) || typeof error['message'] !== 'string') return undefined;
  const { message, code, param, attempts } = error;
  return {
    message,
    ...(typeof code === 'string' && { code }),
    ...(typeof param === 'string' && { param }),
    ...(Array.isArray(attempts) && { attempts: attempts as readonly TraceAttempt[] }),
  };
}

/** Anything that was thrown, as an error that can be shown. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError({ status: 0, message: `Something went wrong in this page: ${message}` });
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
