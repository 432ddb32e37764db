import type { PlanEntry } from '@parlance/voice';

/**
 * Reads the ranks of a plan: `['openai:3|google', 'local']`. A plan without ranks or weights is a list of names.
 * @param ranks checked before
 */
export function readPlan(ranks: readonly string[]): PlanEntry[] {
  return ranks.flatMap((rank, priority) => {
    const words = rank.split('|').map((word) => word.trim());
    return words.map((word): PlanEntry => {
      const [name = '', weight] = word.split(':');
      if (words.length === 1) return name;
      return { name, priority, ...(weight !== undefined && { weight: Number(weight) }) };
    });
  });
}
