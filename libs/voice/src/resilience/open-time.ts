import type { ParlanceError } from '@parlance/contracts';
import type { BreakerSettings } from './breaker-settings.js';

/** A provider's own word is believed, within reason. */
const LONGEST_HINT_MILLISECONDS = 3_600_000;

/**
 * How long a breaker stays open, in milliseconds: by the kind of failure, twice as long each time, with jitter so
 * that many replicas do not come back at the same moment. What the provider says of itself stands instead, and is
 * never undercut.
 * @param repeats how often it has opened before without a good while in between
 * @param random 0-1
 */
export function openTime(failure: ParlanceError, repeats: number, settings: BreakerSettings, random: number): number {
  const { breaker } = failure.kind;
  const hint = failure.retryAfterSeconds === undefined ? 0 : Math.min(failure.retryAfterSeconds * 1000, LONGEST_HINT_MILLISECONDS);
  // Added only: whoever names a time is not to be asked before it.
  const hinted = hint * (1 + random / 10);
  if (failure.retryAfterSeconds !== undefined && breaker !== 'long') return Math.max(hinted, settings.shortOpenMilliseconds / 10);
  const [first, longest] =
    breaker === 'long'
      ? [settings.longOpenMilliseconds, settings.longestLongOpenMilliseconds]
      : [breaker === 'short' ? settings.shortOpenMilliseconds : settings.openMilliseconds, settings.longestOpenMilliseconds];
  const grown = Math.min(first * 2 ** Math.min(repeats, 30), longest) * (0.8 + random * 0.4);
  return Math.max(grown, hinted);
}
