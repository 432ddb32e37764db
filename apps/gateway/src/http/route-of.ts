import type { FastifyRequest } from 'fastify';

/**
 * The pattern of the route that answers, such as `/v1/files/:id`. What depends on a route asks for this: the router
 * decodes addresses, and `/%76%31/files` is the same route as `/v1/files`.
 */
export function routeOf(request: FastifyRequest): string | undefined {
  return request.routeOptions.url;
}
