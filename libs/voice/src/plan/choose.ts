import type { TraceSkipped } from '@parlance/contracts';
import { inRank } from './in-rank.js';
import type { Plan, Preference, ProviderState, Routing } from './plan.types.js';

/** What the order of candidates depends on beside what they can do. Everything is optional: without, it is as listed. */
export interface PlanContext<Provider> {
  /** What is known of a provider's model just now. */
  stateOf?: (provider: Provider, model: string) => ProviderState;
  /** How settings want the providers asked, by name. */
  preferences?: ReadonlyMap<string, Pick<Preference, 'priority' | 'weight' | 'speech' | 'transcription'>>;
  /** Tells an account of the asker's own from the configured one of that name; absent for the configured one. */
  accountOf?: (provider: Provider) => string | undefined;
  routing?: Routing;
  /** 0-1. */
  random?: () => number;
}

interface Choice<Provider, Candidate> {
  /** A candidate, or the reason why there is none. */
  candidateOf: (provider: Provider) => Candidate | string;
  modelOf: (candidate: Candidate) => string;
  /** Why nobody is left. */
  explain: () => Error;
}

/**
 * Asks each provider for its candidate or for the reason why it has none, and puts them in the order to try.
 * @throws what `explain` returns, when nobody is left
 */
export function choose<Provider extends { name: string }, Candidate extends { provider: Provider; barred?: string; account?: string }>(
  providers: readonly Provider[],
  { candidateOf, modelOf, explain }: Choice<Provider, Candidate>,
  { stateOf = () => ({}), accountOf, preferences = new Map(), routing = 'order', random = Math.random }: PlanContext<Provider> = {},
): Plan<Candidate> {
  const skipped: TraceSkipped[] = [];
  const ranked = providers.flatMap((provider, index) => {
    const candidate = candidateOf(provider);
    if (typeof candidate === 'string') {
      skipped.push({ provider: provider.name, reason: candidate });
      return [];
    }
    const account = accountOf?.(provider);
    if (account !== undefined) candidate.account = account;
    const { barred, latency } = stateOf(provider, modelOf(candidate));
    if (barred !== undefined) {
      skipped.push({ provider: provider.name, reason: barred });
      candidate.barred = barred;
    }
    const { priority, weight } = preferences.get(provider.name) ?? { priority: index, weight: 1 };
    return [{ candidate, priority, weight, latency }];
  });
  const [first, ...others] = inRank(ranked, routing, random).map(({ candidate }) => candidate);
  if (first === undefined) throw explain();
  return { candidates: [first, ...others], skipped };
}
