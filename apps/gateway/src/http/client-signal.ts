import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';

/**
 * An AbortSignal that fires when the client leaves before its answer is complete, or the server stops and waits no
 * longer. Fastify's own `request.signal` is bound to the request's body, which is over long before.
 */
export const ClientSignal = createParamDecorator((_: unknown, context: ExecutionContext) =>
  clientSignal(context.switchToHttp().getResponse<FastifyReply>().raw),
);

export function clientSignal(response: ServerResponse): AbortSignal {
  const { signal } = controllerOf(response);
  const leave = (): void => {
    if (!response.writableFinished) giveUp(response, new Error('The client closed the connection.'));
  };
  if (response.destroyed) leave();
  else response.once('close', leave);
  return signal;
}

/** Ends the work for an answer, also where it has yet to begin. @param why its client is told, if it is still there */
export function giveUp(response: ServerResponse, why: Error): void {
  controllerOf(response).abort(why);
}

const controllers = new WeakMap<ServerResponse, AbortController>();

function controllerOf(response: ServerResponse): AbortController {
  const controller = controllers.get(response) ?? new AbortController();
  controllers.set(response, controller);
  return controller;
}
