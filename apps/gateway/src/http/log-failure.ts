import { Logger } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import type { FastifyRequest } from 'fastify';
import { causeOf, toErrorReply } from './error-reply.js';
import { originOf } from './request-origin.js';

const logger = new Logger('Gateway');

/** Leaves a line for what went wrong on the server's side; what the client did wrong is the client's to know. */
export function logFailure(request: FastifyRequest, thrown: unknown): void {
  const error = causeOf(thrown);
  const { status, unexpected } = toErrorReply(error);
  if (unexpected) logger.error({ ...originOf(request), message: 'Something failed that nobody foresaw.' }, error);
  else if (status >= 500 && error instanceof ParlanceError)
    logger.warn({ ...originOf(request), message: `${error.code}: ${error.message}` });
}

/** The same for audio that breaks off after its first byte has gone out: no answer can say so any more. */
export function logBrokenStream(request: FastifyRequest, thrown: unknown): void {
  const error = causeOf(thrown);
  if (!(error instanceof ParlanceError) || error.code === 'aborted') return logFailure(request, error);
  logger.warn({ ...originOf(request), message: `The answer broke off, ${error.code}: ${error.message}` });
}
