import { ParlanceError, type TraceSkipped } from '@parlance/contracts';
import type { PlanEntry, PlanPreference, VendorPolicy } from './plan.types.js';

export interface Admitted {
  /** Who may be asked, as listed. */
  names: readonly string[];
  /** How they are wanted, by name. */
  preferences: ReadonlyMap<string, Required<PlanPreference>>;
  skipped: readonly TraceSkipped[];
}

/**
 * Leaves out whom the settings or the tenant forbid. Pure.
 * @param vendorOf the vendor of an account
 * @throws ParlanceError `permission` when the tenant allows nobody
 */
export function admit(entries: readonly PlanEntry[], policy: VendorPolicy, vendorOf: (name: string) => string): Admitted {
  const wanted = entries.map((entry, index): Required<PlanPreference> => {
    const { name, priority = index, weight = 1, fallback = true } = typeof entry === 'string' ? { name: entry } : entry;
    return { name, priority, weight, fallback };
  });
  const first = Math.min(...wanted.map(({ priority }) => priority));
  const skipped: TraceSkipped[] = [];
  const admitted = wanted.filter(({ name, priority, fallback }) => {
    const reason = !allows(policy, name, vendorOf(name))
      ? 'the tenant does not allow it'
      : !fallback && priority > first
        ? 'it is not to be used as a fallback'
        : undefined;
    if (reason !== undefined) skipped.push({ provider: name, reason });
    return reason === undefined;
  });
  if (admitted.length === 0 && wanted.length > 0) {
    throw new ParlanceError(
      'permission',
      'This tenant allows none of the providers that could be asked. Ask for others, or have its allowed vendors changed.',
      { reason: 'vendor_not_allowed' },
    );
  }
  return { names: admitted.map(({ name }) => name), preferences: new Map(admitted.map((one) => [one.name, one])), skipped };
}

function allows({ allow, deny = [] }: VendorPolicy, name: string, vendor: string): boolean {
  if (deny.includes(name) || deny.includes(vendor)) return false;
  return allow === undefined || allow.includes(name) || allow.includes(vendor);
}
