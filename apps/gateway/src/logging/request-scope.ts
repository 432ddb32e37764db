import { AsyncLocalStorage } from 'node:async_hooks';

/** What every log line says that is written because of a request. */
export interface RequestScope {
  requestId: string;
  /** Its pattern: an address may have anything in it. */
  route: string;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/** Does work as part of a request, together with all that comes of it. */
export function withinRequest<Result>(scope: RequestScope, work: () => Result): Result {
  return scopes.run(scope, work);
}

/** `undefined`: what is done now is done for no request. */
export function currentRequest(): RequestScope | undefined {
  return scopes.getStore();
}
