import type { ErrorCode } from '@parlance/contracts';
import type { Permit } from './circuit-breaker.js';

/** What failed for the sake of what was asked says nothing of who was asked. */
const OF_REQUEST: readonly ErrorCode[] = ['invalid', 'too_large', 'unsupported', 'no_speech'];

/** How the calls to one upstream have ended of late: when one worked last, and how one failed last. */
export class LastCalls {
  private success: Date | undefined;
  private failure: { code: ErrorCode; at: Date } | undefined;
  private worked: boolean | undefined;

  /** Absent: none has worked yet. */
  get lastSuccess(): Date | undefined {
    return this.success;
  }

  /** The kind of failure, never the vendor's words. Absent: none has failed yet. */
  get lastError(): { code: ErrorCode; at: Date } | undefined {
    return this.failure;
  }

  /** Whether the last that says something of the upstream has worked; `undefined`: there was none. */
  get lastWorked(): boolean | undefined {
    return this.worked;
  }

  succeeded(): void {
    this.success = new Date();
    this.worked = true;
  }

  failed(code: ErrorCode): void {
    this.failure = { code, at: new Date() };
    if (!OF_REQUEST.includes(code)) this.worked = false;
  }

  /** The same permit; a failure that it is told of is noted here, too. @param over told when the call has come to its end */
  noting(permit: Permit, over: () => void): Permit {
    return {
      answered: () => permit.answered(),
      succeeded: () => {
        over();
        permit.succeeded();
      },
      failed: (failure) => {
        over();
        this.failed(failure.code);
        permit.failed(failure);
      },
      released: () => {
        over();
        permit.released();
      },
    };
  }
}
