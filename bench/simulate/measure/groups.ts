import { DEPLOYMENTS, KINDS, type Scenario } from '../measured.js';
import { SCENARIOS } from '../scenarios.js';

/** As busy as those that are predicted, and not one of them. */
export const CALLERS_FOR_COSTS = 24;

/** Loads on the same servers. They are put in turn, so that a minute in which the machine is slow is in all of them. */
export interface Group extends Omit<Scenario, 'callers'> {
  /** Whether it is measured what one request costs. */
  hasInputs: boolean;
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
      return { ...group, figures, hasInputs, replicas: Math.max(1, ...figures.map(([, { replicas }]) => replicas)) };
    })
    .filter(({ hasInputs, figures }) => hasInputs || figures.length > 0);
}
