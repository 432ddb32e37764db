import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ParlanceConfiguration } from '@parlance/configuration';
import { ParlanceError } from '@parlance/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerKey } from './bearer-key.js';

/** Asks for one of the configured keys on everything below /v1. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  private readonly hashes: readonly Buffer[];

  constructor(configuration: ParlanceConfiguration) {
    this.hashes = configuration.apiKeyHashes.map((hash) => Buffer.from(hash, 'hex'));
  }

  /** @throws ParlanceError `auth` */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (this.hashes.length === 0 || !request.url.startsWith('/v1/')) return true;
    const key = bearerKey(request);
    if (key !== undefined && this.isKnown(key)) return true;
    context.switchToHttp().getResponse<FastifyReply>().header('www-authenticate', 'Bearer');
    throw new ParlanceError(
      'auth',
      key === undefined
        ? "You didn't provide an API key. Send one of the keys of this server as 'Authorization: Bearer <key>'."
        : 'Incorrect API key provided. Send one of the keys this server was started with.',
      { reason: 'invalid_api_key' },
    );
  }

  /** Looks at every hash, so that the time tells nothing. */
  private isKnown(key: string): boolean {
    const hash = createHash('sha256').update(key).digest();
    return this.hashes.reduce((known, candidate) => timingSafeEqual(candidate, hash) || known, false);
  }
}
