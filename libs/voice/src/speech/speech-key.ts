import { hash } from 'node:crypto';
import { stableJson } from '../cache/stable-json.js';
import type { SpeechCandidate } from '../plan/plan.types.js';

/** Raised whenever the same request would give other bytes than before: old entries then answer no more. */
const keyVersion = 5;

/** What a candidate's requests have in common, in words; a request has it in several keys, and asks for some of them twice. */
const known = new WeakMap<SpeechCandidate, { wording: string; of?: string; key?: string }>();

/** The SHA-256 (hex) of everything that changes the bytes a candidate would serve, and of whose they are. @param scope of the tenant */
export function speechKey(
  candidate: SpeechCandidate,
  text: string,
  scope: string | null,
  format: string = candidate.request.format,
): string {
  let memo = known.get(candidate);
  if (memo === undefined) known.set(candidate, (memo = { wording: wordingOf(candidate) }));
  const whole = JSON.stringify([memo.wording, format, scope, text]);
  if (memo.of === whole && memo.key !== undefined) return memo.key;
  memo.of = whole;
  return (memo.key = hash('sha256', whole));
}

/** In an order of its own: to sort the names of all fields cost more than the hash. */
function wordingOf({ request, provider, account }: SpeechCandidate): string {
  const { model, voice, language, format: _, sampleRate, speed, pitch, volumeGain, instructions, options, ...others } = request;
  // A field that is new in requests does not compile until it is part of the key.
  const nothing: Record<string, never> = others;
  const wording = [keyVersion, provider.name, account, model, voice, language, sampleRate, speed, pitch, volumeGain, instructions];
  return JSON.stringify([...wording, options === undefined ? null : stableJson(options), nothing]);
}
