import type { BreakerCause } from './circuit-breaker.js';
import type { Upstream } from './upstream.js';

/** What makes the whole of an account useless, whichever of its models has found out. */
const OF_ACCOUNT: readonly (BreakerCause | undefined)[] = ['auth', 'quota'];

/**
 * Why an account is not asked for a model just now. A model that was never asked is judged by the others of the
 * account: clients name theirs, and the default may never have had its turn.
 * @param upstreams those of the account that are for the same operation
 * @returns what has opened its breaker; `undefined`: it may be asked
 */
export function openCause(upstreams: readonly Upstream[], model: string): BreakerCause | undefined {
  const isOpen = ({ breaker }: Upstream) => breaker.state === 'open';
  const refused = upstreams.find((upstream) => isOpen(upstream) && OF_ACCOUNT.includes(upstream.breaker.cause));
  if (refused !== undefined) return refused.breaker.cause;
  const known = upstreams.filter(({ breaker, calls }) => breaker.cause !== undefined || calls.lastWorked !== undefined);
  const own = known.find((upstream) => upstream.model === model);
  const judged = own === undefined ? known : [own];
  return judged.every(isOpen) ? judged[0]?.breaker.cause : undefined;
}
