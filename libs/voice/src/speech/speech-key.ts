import { createHash } from 'node:crypto';
import type { SpeechCandidate } from '../plan/plan.types.js';

/** Raised whenever the same request would give other bytes than before: old entries then answer no more. */
const keyVersion = 1;

/** The SHA-256 (hex) of everything that changes the bytes a candidate would serve, and of whose they are. */
export function speechKey(candidate: SpeechCandidate, text: string, tenant: string, format: string = candidate.request.format): string {
  const served = { ...candidate.request, format, provider: candidate.provider.name, text, tenant, keyVersion };
  return createHash('sha256').update(stable(served)).digest('hex');
}

/** JSON with sorted names: the order in which a caller wrote its options means nothing. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
