import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';

/**
 * An AbortSignal that fires when the client leaves before its answer is complete. Fastify's own `request.signal`
 * is bound to the request's body, which is over long before.
 */
export const ClientSignal = createParamDecorator((_: unknown, context: ExecutionContext) =>
  clientSignal(context.switchToHttp().getResponse<FastifyReply>().raw),
);

export function clientSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  const leave = (): void => {
    if (!response.writableFinished) controller.abort(new Error('The client closed the connection.'));
  };
  if (response.destroyed) leave();
  else response.once('close', leave);
  return controller.signal;
}
