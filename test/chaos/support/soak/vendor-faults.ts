import { setTimeout as sleep } from 'node:timers/promises';
import { openaiError, type Fault } from '@parlance/testing';

const failure = (status: number): Fault => ({
  kind: 'reply',
  status,
  headers: { 'content-type': 'application/json', ...(status === 429 && { 'retry-after': '1' }) },
  body: openaiError(status, 'The vendor has a bad day.').body as string,
});

/** What goes wrong with a vendor, and how often among a thousand of its calls. */
const FAULTS: readonly (readonly [share: number, make: () => Fault])[] = [
  [15, () => failure(500)],
  [10, () => failure(503)],
  [5, () => failure(429)],
  [5, () => ({ kind: 'refuse' })],
  [5, () => ({ kind: 'cut' })],
  [5, () => ({ kind: 'empty' })],
  [5, () => ({ kind: 'html' })],
  [20, () => ({ kind: 'late', release: sleep(300) })],
  [10, () => ({ kind: 'gate', release: sleep(300) })],
  [2, () => ({ kind: 'hang' })],
  [2, () => ({ kind: 'hang-mid-body' })],
];

/** @param chance 0-1, of this call @returns what goes wrong with it, mostly nothing */
export function faultFor(chance: number): Fault | undefined {
  let left = chance * 1000;
  for (const [share, make] of FAULTS) {
    if (left < share) return make();
    left -= share;
  }
  return undefined;
}
