import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AccessKey } from '@parlance/configuration';
import { ParlanceError, SCOPES, type Scope } from '@parlance/contracts';
import type { FastifyRequest } from 'fastify';

/** What the sender of a request may do. */
export class Access {
  /** @param key absent: no keys are asked for, and everything is allowed */
  constructor(readonly key?: AccessKey) {}

  /** The only tenant there is for this sender; `undefined`: any. */
  get tenant(): string | undefined {
    return this.key?.tenant;
  }

  allows(scope: Scope): boolean {
    return (this.key?.scopes ?? SCOPES).includes(scope);
  }

  /** @throws ParlanceError `permission` unless one of the scopes is there */
  demand(...scopes: readonly Scope[]): void {
    if (scopes.some((scope) => this.allows(scope))) return;
    const needed = scopes.map((scope) => `'${scope}'`).join(' or ');
    throw new ParlanceError('permission', `This API key lacks the scope ${needed}. Use a key that has it.`, {
      reason: 'insufficient_scope',
    });
  }

  /**
   * The same fields with the tenant they are for: that of the key, where it has one.
   * @throws ParlanceError `permission` when they name another
   */
  bind<Fields extends { tenant?: string | null | undefined }>(fields: Fields): Fields {
    const { tenant } = this;
    if (tenant === undefined) return fields;
    if (fields.tenant != null && fields.tenant !== tenant) throw otherTenant();
    return { ...fields, tenant };
  }
}

/** @param param where the tenant stands in the request */
export function otherTenant(param = 'tenant'): ParlanceError {
  return new ParlanceError('permission', 'This API key is for another tenant. Leave the tenant out, or use a key of that tenant.', {
    param,
    reason: 'tenant_not_allowed',
  });
}

const known = new WeakMap<FastifyRequest, Access>();

export function setAccess(request: FastifyRequest, access: Access): void {
  known.set(request, access);
}

/** Of a request that has passed the guard. */
export function accessOf(request: FastifyRequest): Access {
  const access = known.get(request);
  if (access === undefined) throw new Error('Nobody has looked at the key of this request.');
  return access;
}

/** The {@link Access} of the request's sender. */
export const CallerAccess = createParamDecorator((_: unknown, context: ExecutionContext) =>
  accessOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
