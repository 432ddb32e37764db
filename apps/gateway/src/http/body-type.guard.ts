import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UnsupportedMediaTypeException,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiConsumes } from '../api-description.js';

const BODY_TYPES = Symbol('body types');
const JSON_ONLY: readonly string[] = ['application/json'];
const COMPRESSED = /\b(?:gzip|deflate|br|zstd|compress)\b/i;

/** The media types a route takes; `audio/*` and the like take a whole family. Without it: JSON. */
export function Consumes(...types: readonly string[]): MethodDecorator {
  return applyDecorators(SetMetadata(BODY_TYPES, types), ApiConsumes(...types));
}

/** Refuses bodies of another type than the route takes, and says which it does. */
@Injectable()
export class BodyTypeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  /** @throws UnsupportedMediaTypeException */
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.method !== 'POST' && request.method !== 'PUT') return true;
    refuseCompressed(request);
    const types = this.reflector.get<readonly string[] | undefined>(BODY_TYPES, context.getHandler()) ?? JSON_ONLY;
    const given = mediaType(request);
    if (types.some((type) => type === '*/*' || type === given || (type.endsWith('/*') && given.startsWith(type.slice(0, -1))))) return true;
    throw new UnsupportedMediaTypeException(`Send the body as ${types.join(' or ')} and say so in the content-type header.`);
  }
}

/** Nothing is unpacked here, and a compressed body would pass for a broken one. @throws UnsupportedMediaTypeException */
export function refuseCompressed({ headers }: FastifyRequest): void {
  if (!COMPRESSED.test(headers['content-encoding'] ?? '')) return;
  throw new UnsupportedMediaTypeException('Send the body as it is: a compressed one (content-encoding) is not taken.');
}

/** The media type of the body in lower case, without its parameters; empty when it is not said. */
export function mediaType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}
