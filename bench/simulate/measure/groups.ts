import { DEPLOYMENTS, KINDS, type Deployment, type Scenario } from '../measured.js';
import { SCENARIOS } from '../scenarios.js';

/** As busy as those that are predicted, and not one of them. */
export const CALLERS_FOR_COSTS = 24;

/** Each of two that share cores, caches and Redis takes an eighth more for a request than one by itself. */
const REPLICAS_FOR_COSTS: Readonly<Record<Deployment, number>> = { alone: 1, single: 1, shared: 2 };

/** Loads on the same servers. They are put in turn, so that a minute in which the machine is slow is in all of them. */
export interface Group extends Omit<Scenario, 'callers'> {
  /** Whether it is measured what one request costs. */
  hasInputs: boolean;
  /** Gateways for that. */
  replicasForInputs: number;
  figures: readonly (readonly [name: string, scenario: Scenario])[];
}

/** @param isWanted by the name of an input, such as `alone/hit`, or of a load */
export function groupsOf(isWanted: (name: string) => boolean): Group[] {
  const vendors = [...new Map(Object.values(SCENARIOS).map(({ vendor }) => [vendor.join('-'), vendor])).values()];
  const groups = DEPLOYMENTS.flatMap((deployment) => KINDS.flatMap((kind) => vendors.map((vendor) => ({ deployment, kind, vendor }))));
  return groups
    .map((group) => {
      const isOf = ({ deployment, kind, vendor }: Scenario) =>
        deployment === group.deployment && kind === group.kind && vendor.join('-') === group.vendor.join('-');
      const figures = Object.entries(SCENARIOS).filter(([name, scenario]) => isOf(scenario) && isWanted(name));
      const hasInputs = group.vendor[1] === 0 && isWanted(`${group.deployment}/${group.kind}`);
      const replicasForInputs = REPLICAS_FOR_COSTS[group.deployment];
      const replicas = Math.max(hasInputs ? replicasForInputs : 1, ...figures.map(([, { replicas: wanted }]) => wanted));
      return { ...group, figures, hasInputs, replicasForInputs, replicas };
    })
    .filter(({ hasInputs, figures }) => hasInputs || figures.length > 0);
}
