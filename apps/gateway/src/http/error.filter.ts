import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toErrorReply } from './error-reply.js';

/** Every failure leaves through here, in OpenAI's form. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Gateway');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body, headers, unexpected } = toErrorReply(error, request.url);
    if (unexpected) this.logger.error(`${request.id} ${printable(error)}`);
    if (reply.raw.headersSent || reply.raw.destroyed) {
      // The answer has begun, or nobody waits for it: a clean end would pass for a whole answer.
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    for (const name of ['content-length', 'content-type', 'transfer-encoding']) reply.removeHeader(name);
    void reply.status(status).headers(headers).type('application/json; charset=utf-8').send(body);
  }
}

function printable(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : typeof error;
}
