import { SetMetadata, type ExecutionContext, type Type } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Scope as ScopeName } from '@parlance/contracts';
import type { FastifyRequest } from 'fastify';
import { routeOf } from '../http/route-of.js';

const NEEDED = Symbol('scopes');

/** What a key needs for a route, or for all routes of a controller: one of these scopes. */
export function Scope(...scopes: readonly [ScopeName, ...ScopeName[]]): ClassDecorator & MethodDecorator {
  return SetMetadata(NEEDED, scopes);
}

/** What {@link Scope} says of a route. */
export function scopesOf(
  reflector: Reflector,
  handler: ReturnType<ExecutionContext['getHandler']>,
  controller: Type,
): readonly ScopeName[] | undefined {
  return reflector.getAllAndOverride<readonly ScopeName[] | undefined>(NEEDED, [handler, controller]);
}

/**
 * One of these is needed; `undefined`: the route is open to everybody. What is below /v1 is decided by the route that
 * was found, never by the address as it was written, which has many spellings.
 */
export function neededScopes(reflector: Reflector, context: ExecutionContext): readonly ScopeName[] | undefined {
  const scopes = scopesOf(reflector, context.getHandler(), context.getClass());
  return scopes ?? (isBelowV1(context.switchToHttp().getRequest<FastifyRequest>()) ? ['admin'] : undefined);
}

export function isBelowV1(request: FastifyRequest): boolean {
  return routeOf(request)?.startsWith('/v1/') === true;
}
