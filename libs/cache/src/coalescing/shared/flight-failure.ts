import { ExhaustedError, ParlanceError, type ErrorCode, type ErrorDetails, type TraceAttempt } from '@parlance/contracts';

interface WrittenFailure {
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
  attempts?: readonly TraceAttempt[];
  recordingId?: string;
}

/** A failure as JSON, for those who wait for the same in other processes. Its cause stays in this one, which logs it. */
export function encodeFailure(error: unknown): Uint8Array {
  const failure =
    error instanceof ParlanceError
      ? error
      : new ParlanceError('server', 'The request failed in an unforeseen way. The log has the details.', { cause: error });
  const { cause: _, ...details } = failure.details;
  const written: WrittenFailure = { code: failure.code, message: failure.message, details };
  if (failure instanceof ExhaustedError) {
    written.attempts = failure.attempts;
    if (failure.recordingId !== undefined) written.recordingId = failure.recordingId;
  }
  return Buffer.from(JSON.stringify(written));
}

export function decodeFailure(bytes: Uint8Array): ParlanceError {
  const { code, message, details, attempts, recordingId } = JSON.parse(Buffer.from(bytes).toString()) as WrittenFailure;
  if (attempts === undefined) return new ParlanceError(code, message, details);
  return new ExhaustedError(code, message, { ...details, attempts, ...(recordingId !== undefined && { recordingId }) });
}
