import { createHash } from 'node:crypto';
import type { SpeechCandidate } from '../plan/plan.types.js';

/** Raised whenever the same request would give other bytes than before: old entries then answer no more. */
const keyVersion = 2;

/** What a candidate's requests have in common, in words; a request has it in several keys. */
const wording = new WeakMap<SpeechCandidate, string>();

/** The SHA-256 (hex) of everything that changes the bytes a candidate would serve, and of whose they are. @param scope of the tenant */
export function speechKey(
  candidate: SpeechCandidate,
  text: string,
  scope: string | null,
  format: string = candidate.request.format,
): string {
  let common = wording.get(candidate);
  if (common === undefined) {
    common = stable({ ...candidate.request, format: undefined, provider: candidate.provider.name, keyVersion });
    wording.set(candidate, common);
  }
  return createHash('sha256')
    .update(JSON.stringify([common, format, scope, text]))
    .digest('hex');
}

/** JSON with sorted names: the order in which a caller wrote its options means nothing. */
function stable(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
