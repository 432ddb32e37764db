import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toErrorReply, type ErrorBody } from './error-reply.js';

/** How the routes call what the voice layer calls otherwise. */
const FIELD_NAMES: readonly { prefix: string; names: Readonly<Record<string, string>> }[] = [
  { prefix: '/v1/audio/', names: { format: 'response_format', text: 'input', audio: 'file' } },
  { prefix: '/v1/voice/', names: { input: 'text', audio: 'file' } },
];

/** Every failure leaves through here, in OpenAI's form. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Gateway');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const { status, body, headers, unexpected } = toErrorReply(error);
    if (unexpected) this.logger.error(`${request.id} ${printable(error)}`);
    if (reply.raw.headersSent || reply.raw.destroyed) {
      // The answer has begun, or nobody waits for it: a clean end would pass for a whole answer.
      reply.hijack();
      reply.raw.destroy();
      return;
    }
    for (const name of ['content-length', 'content-type', 'transfer-encoding']) reply.removeHeader(name);
    void reply.status(status).headers(headers).type('application/json; charset=utf-8').send(withNames(body, request.url));
  }
}

function withNames({ error }: ErrorBody, url: string): ErrorBody {
  // An unknown field is named as the caller wrote it.
  if (error.code === 'unknown_parameter') return { error };
  const names = FIELD_NAMES.find(({ prefix }) => url.startsWith(prefix))?.names ?? {};
  return { error: { ...error, param: names[error.param ?? ''] ?? error.param } };
}

function printable(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : typeof error;
}
