import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { hasExpired, type AccessKey } from '@parlance/configuration';
import { ParlanceError, type Scope as ScopeName } from '@parlance/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { bearerKey } from '../http/bearer-key.js';
import { Access, setAccess } from './access.js';
import { KeyRing } from './key-ring.service.js';
import { neededScopes } from './scope.js';

/** Asks for a key with the scope of the route, and notes what its sender may do. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: KeyRing,
    private readonly reflector: Reflector,
  ) {}

  /** @throws ParlanceError `auth`, `permission` */
  canActivate(context: ExecutionContext): boolean {
    const scopes = neededScopes(this.reflector, context);
    if (scopes === undefined) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    this.admit(request, context.switchToHttp().getResponse<FastifyReply>(), scopes);
    return true;
  }

  /** @throws ParlanceError `auth`, `permission` */
  admit(request: FastifyRequest, reply: FastifyReply, scopes: readonly ScopeName[]): Access {
    const access = this.keys.isOpen ? new Access() : new Access(this.keyOf(request, reply));
    access.demand(...scopes);
    setAccess(request, access);
    return access;
  }

  private keyOf(request: FastifyRequest, reply: FastifyReply): AccessKey {
    const given = bearerKey(request);
    const key = given === undefined ? undefined : this.keys.find(given);
    if (key !== undefined && !hasExpired(key)) return key;
    reply.header('www-authenticate', 'Bearer');
    if (key !== undefined) {
      throw new ParlanceError('auth', 'This API key has expired. Ask the operator of this server for a new one.', {
        reason: 'api_key_expired',
      });
    }
    throw new ParlanceError(
      'auth',
      given === undefined
        ? "You didn't provide an API key. Send one of the keys of this server as 'Authorization: Bearer <key>'."
        : 'Incorrect API key provided. Send one of the keys of this server.',
      { reason: 'invalid_api_key' },
    );
  }
}
