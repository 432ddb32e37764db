import type { TraceSkipped } from '@parlance/contracts';
import type { Plan } from './plan.types.js';

/**
 * Asks each provider in order for its candidate or for the reason why it has none.
 * @throws what `explain` returns, when nobody is left
 */
export function choose<Provider extends { name: string }, Candidate extends object>(
  providers: readonly Provider[],
  candidateOf: (provider: Provider) => Candidate | string,
  explain: () => Error,
): Plan<Candidate> {
  const candidates: Candidate[] = [];
  const skipped: TraceSkipped[] = [];
  for (const provider of providers) {
    const candidate = candidateOf(provider);
    if (typeof candidate === 'string') skipped.push({ provider: provider.name, reason: candidate });
    else candidates.push(candidate);
  }
  const [first, ...others] = candidates;
  if (first === undefined) throw explain();
  return { candidates: [first, ...others], skipped };
}
