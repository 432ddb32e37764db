import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { AbortedError } from '@parlance/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toErrorReply } from './error-reply.js';
import { logFailure } from './log-failure.js';

/** What may have been said already of an answer that is not given: a failure is not to be kept as long as that, nor under its name. */
const OF_THE_ANSWER = ['content-length', 'content-type', 'transfer-encoding', 'cache-control', 'last-modified', 'content-disposition'];

/** Every failure leaves through here, in OpenAI's form. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const error = hasLeft(request, thrown) ? new AbortedError(thrown) : thrown;
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body, headers } = toErrorReply(error, request.url);
    logFailure(request, error);
    if (reply.raw.headersSent || reply.raw.destroyed) {
      // The answer has begun, or nobody waits for it: a clean end would pass for a whole answer.
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    for (const name of OF_THE_ANSWER) reply.removeHeader(name);
    void reply.status(status).headers(headers).type('application/json; charset=utf-8').send(body);
  }
}

/** In the middle of the body: Node's own error for it says no more than that the connection is gone. */
function hasLeft({ raw }: FastifyRequest, error: unknown): boolean {
  return raw.destroyed && !raw.complete && (error as { code?: unknown } | null)?.code === 'ECONNRESET';
}
