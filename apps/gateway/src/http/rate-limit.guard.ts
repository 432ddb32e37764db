import { Injectable, SetMetadata, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { RateLimits, type RateState } from '@parlance/cache';
import { ParlanceConfiguration } from '@parlance/configuration';
import { ParlanceError } from '@parlance/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { accessOf } from '../access/access.js';
import { isBelowV1 } from '../access/scope.js';

const COSTS_NOTHING = Symbol('costs nothing');
const WINDOW_SECONDS = 60;

/** A POST below /v1 that never asks a provider: it is not counted against the limit of its client. */
export function CostsNothing(): MethodDecorator {
  return SetMetadata(COSTS_NOTHING, true);
}

/**
 * Bounds what one client may ask for in a minute: one API key, by its own limit where it has one, or one address where
 * no keys are configured. Every POST
 * below /v1 counts unless it is marked with {@link CostsNothing}. OpenAI's headers tell how the limit stands.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly points: number;
  private readonly counted = new WeakSet<FastifyRequest>();

  constructor(
    configuration: ParlanceConfiguration,
    private readonly limits: RateLimits,
    private readonly reflector: Reflector,
  ) {
    this.points = configuration.rateLimitPerMinute;
  }

  /** @throws ParlanceError `rate` with the seconds to wait */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.method !== 'POST' || !isBelowV1(request)) return true;
    if (this.reflector.get<boolean | undefined>(COSTS_NOTHING, context.getHandler()) === true) return true;
    await this.admit(request, context.switchToHttp().getResponse<FastifyReply>());
    return true;
  }

  /** Counts a request, once; `undefined` where it is not counted. @throws ParlanceError `rate` with the seconds to wait */
  admit(request: FastifyRequest, reply: FastifyReply): Promise<void> | undefined {
    const { key } = accessOf(request);
    const points = key?.requestsPerMinute ?? this.points;
    if (points === 0 || this.counted.has(request)) return undefined;
    this.counted.add(request);
    return this.countAgainst(points, key?.hash, request.ip, reply);
  }

  private async countAgainst(points: number, key: string | undefined, address: string, reply: FastifyReply): Promise<void> {
    try {
      setHeaders(reply, await this.count(key, address, points));
    } catch (error) {
      const wait = error instanceof ParlanceError ? error.retryAfterSeconds : undefined;
      if (wait !== undefined) setHeaders(reply, { limit: points, remaining: 0, resetSeconds: wait });
      throw error;
    }
  }

  private count(key: string | undefined, address: string, points: number): Promise<RateState> {
    const limit = { points, seconds: WINDOW_SECONDS };
    return key === undefined ? this.limits.consume('address', address, limit) : this.limits.consume('key', key, limit);
  }
}

function setHeaders(reply: FastifyReply, { limit, remaining, resetSeconds }: RateState): void {
  void reply
    .header('x-ratelimit-limit-requests', String(limit))
    .header('x-ratelimit-remaining-requests', String(remaining))
    .header('x-ratelimit-reset-requests', `${resetSeconds}s`);
}
