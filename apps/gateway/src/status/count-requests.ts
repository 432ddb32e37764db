import type { Operation, Trace } from '@parlance/contracts';
import type { RequestCount } from '../metrics/collectors/voice-metrics.js';
import type { CacheStatus, RequestStatus } from './status.types.js';

type Counts = readonly Pick<RequestCount, 'operation' | 'outcome' | 'cache' | 'count'>[];

export function countOutcomes(counts: Counts, operation: Operation): RequestStatus {
  const own = counts.filter((one) => one.operation === operation);
  return {
    ok: sum(own.filter(({ outcome }) => outcome === 'ok')),
    failed: sum(own.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'aborted')),
  };
}

export function countLookups(counts: Counts): Omit<CacheStatus, 'memoryBytes' | 'memoryEntries'> {
  const of = (state: Trace['cache']) => sum(counts.filter(({ cache }) => cache === state));
  const [hits, partial, coalesced, misses] = [of('hit'), of('partial'), of('coalesced'), of('miss')];
  return { lookups: hits + partial + coalesced + misses, hits, partial, coalesced, misses };
}

function sum(counts: Counts): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
