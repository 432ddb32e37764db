import { ParlanceError, type ErrorCode } from '@parlance/contracts';

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
}

/** Errors lose their class when they are posted: what a ParlanceError says is carried over by hand. */
export function serialiseError(error: unknown): SerialisedError {
  const known = error instanceof ParlanceError ? error : undefined;
  return {
    code: known?.code,
    message: error instanceof Error ? error.message : String(error),
    param: known?.param,
    reason: known?.reason,
  };
}

export function reviveError(error: SerialisedError): Error {
  const { code, message, param, reason } = error;
  if (code === undefined) return new Error(message);
  return new ParlanceError(code, message, { ...(param === undefined ? {} : { param }), ...(reason === undefined ? {} : { reason }) });
}
