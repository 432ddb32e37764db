import type { PlanEntry } from './plan.types.js';

/** The account that an entry of a plan means. */
export function nameOf(entry: PlanEntry): string {
  return typeof entry === 'string' ? entry : entry.name;
}
