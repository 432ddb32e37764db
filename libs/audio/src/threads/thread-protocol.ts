import { ParlanceError, TooLongError, type ErrorCode } from '@parlance/contracts';

/** What crosses between the pool and a thread. */
export interface ThreadCall {
  id: number;
  method: string;
  params: unknown;
}

export type ThreadReply = { id: number; event: unknown } | { id: number; result: unknown } | { id: number; error: SerialisedError };

export interface ThreadCancel {
  cancel: number;
}

export interface SerialisedError {
  code: ErrorCode | undefined;
  message: string;
  param: string | undefined;
  reason: string | undefined;
  /** Of a TooLongError. */
  maximumSeconds?: number;
}

/** Errors lose their class when they are posted: what a ParlanceError says is carried over by hand. */
export function serialiseError(error: unknown): SerialisedError {
  const known = error instanceof ParlanceError ? error : undefined;
  return {
    code: known?.code,
    message: error instanceof Error ? error.message : String(error),
    ...(error instanceof TooLongError && { maximumSeconds: error.maximumSeconds }),
    param: known?.param,
    reason: known?.reason,
  };
}

export function reviveError(error: SerialisedError): Error {
  const { code, message, param, reason, maximumSeconds } = error;
  if (code === undefined) return new Error(message);
  if (maximumSeconds !== undefined) return new TooLongError(message, maximumSeconds);
  return new ParlanceError(code, message, { ...(param === undefined ? {} : { param }), ...(reason === undefined ? {} : { reason }) });
}
