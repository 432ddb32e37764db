import { createHash } from 'node:crypto';
import { stableJson } from '../cache/stable-json.js';
import type { SpeechCandidate } from '../plan/plan.types.js';

/** Raised whenever the same request would give other bytes than before: old entries then answer no more. */
const keyVersion = 3;

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
    const { request, provider, account } = candidate;
    common = stableJson({ ...request, format: undefined, provider: provider.name, account, keyVersion });
    wording.set(candidate, common);
  }
  return createHash('sha256')
    .update(JSON.stringify([common, format, scope, text]))
    .digest('hex');
}
