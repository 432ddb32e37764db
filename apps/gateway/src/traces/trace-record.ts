import type { Operation, Trace, Usage } from '@parlance/contracts';
import type { Outcome, RequestContent } from '@parlance/voice';

/** A request for speech or a transcript that has ended. */
export interface TraceRecord {
  /** The `x-request-id` of the answer that it was a part of; one of its own where it was part of none, as that of a job. */
  id: string;
  /** When it began (ISO 8601, UTC). */
  at: string;
  operation: Operation;
  /** Its pattern, such as `/v1/audio/speech`. */
  route?: string;
  tenant: string;
  agent?: string;
  outcome: Outcome;
  /** Of a failure: more precise than its kind. */
  reason?: string;
  trace: Trace;
  usage: Usage;
  /** Only where the operator has said so. */
  content?: RequestContent;
}
