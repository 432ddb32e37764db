import type { ModelEnd } from '../providers/model-end.js';
import type { ProviderState } from '../providers/provider-states.service.js';

/** `unavailable`: nobody can speak, or nobody can transcribe. */
export type StateName = 'ready' | 'starting' | 'stopping' | 'degraded' | 'unavailable';

/** Since the process began; requests that the cache was switched off for are left out. */
export interface CacheStatus {
  lookups: number;
  hits: number;
  partial: number;
  coalesced: number;
  misses: number;
  /** Held now. */
  memoryBytes: number;
  memoryEntries: number;
}

/** Since the process began; those that their clients have left count as neither. */
export interface RequestStatus {
  ok: number;
  failed: number;
}

export interface QueueStatus {
  name: 'jobs' | 'webhooks' | 'chats';
  waiting: number;
  active: number;
  /** How long the oldest that waits has waited. */
  oldestSeconds: number;
}

export interface ProcessResources {
  residentBytes: number;
  heapBytes: number;
  eventLoopP99Milliseconds: number;
  /** The version of Node. */
  node: string;
}

/** The answer of `GET /v1/status`. */
export interface Status {
  object: 'status';
  /** ISO 8601, UTC. */
  at: string;
  version: string;
  uptimeSeconds: number;
  state: StateName;
  /** What is not well. */
  degraded: readonly string[];
  /** As `GET /v1/providers` has them. */
  providers: readonly ProviderState[];
  retiring: readonly ({ provider: string } & ModelEnd)[];
  cache: CacheStatus;
  /** `active`: not ended yet. */
  requests: { active: number; speak: RequestStatus; transcribe: RequestStatus };
  /** Those of which something is known: nothing is while Redis is away. */
  queues: readonly QueueStatus[];
  process: ProcessResources;
}
