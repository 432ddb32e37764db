import { ParlanceError, type TraceSkipped } from '@parlance/contracts';
import { nameOf } from './name-of.js';
import type { PlanEntry, Preference, VendorPolicy } from './plan.types.js';

export interface Admitted {
  /** Who may be asked, as listed. */
  names: readonly string[];
  /** How they are wanted, by name. */
  preferences: ReadonlyMap<string, Preference>;
  skipped: readonly TraceSkipped[];
}

type VendorOf = (name: string, account: Preference['account']) => string;

/**
 * Leaves out whom the settings or the tenant forbid. Pure.
 * @param vendorOf the vendor of an account, and of one of the asker's own under its name
 * @throws ParlanceError `permission` when the tenant allows nobody
 */
export function admit(entries: readonly PlanEntry[], policy: VendorPolicy, vendorOf: VendorOf): Admitted {
  // One that is named again is asked where it stands first: its last place would be its rank in all of them.
  const firsts = entries.filter((entry, index) => entries.findIndex((other) => nameOf(other) === nameOf(entry)) === index);
  const wanted = firsts.map((entry, index): Preference => {
    const { priority = index, weight = 1, fallback = true, ...others } = typeof entry === 'string' ? { name: entry } : entry;
    return { ...others, priority, weight, fallback };
  });
  const skipped: TraceSkipped[] = [];
  const allowed = wanted.filter(({ name, account }) => {
    const isAllowed = allows(policy, name, vendorOf(name, account));
    if (!isAllowed) skipped.push({ provider: name, reason: 'the tenant does not allow it' });
    return isAllowed;
  });
  const first = Math.min(...allowed.map(({ priority }) => priority));
  const admitted = allowed.filter(({ name, priority, fallback }) => {
    const isWanted = fallback || priority === first;
    if (!isWanted) skipped.push({ provider: name, reason: 'it is not to be used as a fallback' });
    return isWanted;
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
