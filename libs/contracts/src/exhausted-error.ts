import { ParlanceError, type ErrorCode, type ErrorDetails } from './errors.js';
import type { TraceAttempt } from './trace.js';

export interface ExhaustedDetails extends ErrorDetails {
  /** Every call that was made, in order. */
  attempts: readonly TraceAttempt[];
  /** The stored recording that could not be transcribed. */
  recordingId?: string;
}

/**
 * All providers that could serve a request have been tried, or may not be asked just now. The code is that of the
 * failures where all are of one kind, else `unavailable`.
 */
export class ExhaustedError extends ParlanceError {
  override readonly name = 'ExhaustedError';
  readonly attempts: readonly TraceAttempt[];
  readonly recordingId: string | undefined;

  constructor(code: ErrorCode, message: string, { attempts, recordingId, ...details }: ExhaustedDetails) {
    super(code, message, details);
    this.attempts = attempts;
    this.recordingId = recordingId;
  }

  /** The same with the recording that was kept. */
  withRecording(recordingId: string): ExhaustedError {
    const { code, attempts } = this;
    const message = `${this.message} The recording is kept as ${recordingId}: it can be transcribed later.`;
    return new ExhaustedError(code, message, { ...this.details, attempts, recordingId });
  }
}
