import type { Routing } from './plan.types.js';

interface Ranked {
  /** Lower is asked first; equal ones are of one rank. */
  priority: number;
  /** > 0 */
  weight: number;
  /** Milliseconds; absent: not known yet. */
  latency: number | undefined;
}

/** With `latency`, so often chance decides: a provider that was slow once would never show that it is fast again. */
const LOOK_AGAIN = 0.05;

/** Puts providers in the order to ask: by priority, and those of one rank as the routing says. */
export function inRank<Item extends Ranked>(items: readonly Item[], routing: Routing, random: () => number): Item[] {
  const sorted = items.toSorted((a, b) => a.priority - b.priority);
  if (routing === 'order') return sorted;
  const priorities = [...new Set(sorted.map(({ priority }) => priority))];
  return priorities.flatMap((priority) => {
    const rank = sorted.filter((item) => item.priority === priority);
    if (rank.length === 1) return rank;
    return routing === 'latency' && random() >= LOOK_AGAIN ? fastestFirst(rank) : drawn(rank, random);
  });
}

/** What nobody has timed yet comes first, to be timed. */
function fastestFirst<Item extends Ranked>(rank: readonly Item[]): Item[] {
  return rank.toSorted((a, b) => (a.latency ?? 0) - (b.latency ?? 0));
}

/** At random; the chance to be the next is an item's share of the weights that are left. */
function drawn<Item extends Ranked>(rank: readonly Item[], random: () => number): Item[] {
  const left = [...rank];
  const order: Item[] = [];
  while (left.length > 0) {
    let ticket = random() * left.reduce((sum, { weight }) => sum + weight, 0);
    const found = left.findIndex(({ weight }) => (ticket -= weight) < 0);
    order.push(...left.splice(found < 0 ? left.length - 1 : found, 1));
  }
  return order;
}
