import { ParlanceError, type ErrorCode } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { toErrorReply } from '../../http/error-reply.js';
import type { JobError, JobTicket } from './job-queue.js';

/** The providers have been tried again already, by the voice layer: a job is tried as a whole no more often than this. */
export const JOB_ATTEMPTS = 3;

/** What may be over a little later. */
const PASSING: readonly ErrorCode[] = ['unavailable', 'timeout', 'server'];

const logger = new Logger('Jobs');

/** Whether it is worth while to try again. */
export function isPassing(error: unknown): boolean {
  return error instanceof ParlanceError && PASSING.includes(error.code);
}

/** Another process may have the account: while accounts are added to a fleet, not all of its processes have them. */
export function lacksProvider(error: unknown): boolean {
  return error instanceof ParlanceError && error.reason === 'provider_not_found';
}

/** A failure as the caller sees it. What nobody foresaw is in the log, under the id of the job. */
export function jobErrorOf({ id, kind }: JobTicket, error: unknown): JobError {
  const { body, unexpected } = toErrorReply(error, kind === 'speech' ? '/v1/voice/speak' : '/v1/voice/transcribe');
  if (!unexpected) return body.error;
  logger.error(`${id} failed in an unforeseen way.`, error);
  return { ...body.error, message: `Something went wrong in the server. The log has the details, under ${id}.` };
}

export function queueFull(waiting: number): ParlanceError {
  return new ParlanceError('rate', `${waiting} jobs are waiting already, which is as many as may. Send the job again later.`, {
    reason: 'job_queue_full',
    retryAfterSeconds: 30,
  });
}

export function stopping(): ParlanceError {
  return new ParlanceError('unavailable', 'The server was stopped before the job was done. Send the job again.', {
    reason: 'server_stopped',
    retryAfterSeconds: 5,
  });
}
