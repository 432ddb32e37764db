import { sizeOf, type Recording } from '@parlance/contracts';
import type { TimeLimits } from '../http/http-client.js';

/** Milliseconds to hear a second of speech, at the most. */
const SLOWEST = 250;
/** Bytes of a second of speech where nobody knows how long it is: less than most formats have. */
const FEWEST = 4000;

/** The limits of a vendor that answers when it has heard everything: an hour takes it longer than a second. 0 stays none. */
export function listeningLimits({ firstByteMilliseconds = 15_000, ...limits }: TimeLimits, { bytes, duration }: Recording): TimeLimits {
  const seconds = duration ?? sizeOf(bytes) / FEWEST;
  return { ...limits, firstByteMilliseconds: firstByteMilliseconds === 0 ? 0 : Math.round(firstByteMilliseconds + seconds * SLOWEST) };
}
