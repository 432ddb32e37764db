import type { Trace, Warning } from '@parlance/contracts';

/** What the routes answer, as far as the console shows it. What a route may leave out is optional. */

export interface List<Item> {
  data: readonly Item[];
}

export interface Model {
  id: string;
  owned_by: string;
  operation: 'speak' | 'transcribe';
  shutdown_date?: string;
}

export interface Voice {
  id: string;
  name: string;
  providers: readonly string[];
  languages: readonly string[];
  alias: boolean;
}

export interface AgentSummary {
  id: string;
  name: string;
  graph: string;
  voice: boolean;
}

export interface Timed {
  /** Seconds. */
  start: number;
  end: number;
}

export interface Transcription {
  text: string;
  language?: string;
  duration: number;
  segments: readonly (Timed & { text: string })[];
  words?: readonly (Timed & { word: string })[];
  warnings: readonly Warning[];
  trace: Trace;
}

/** Events of `POST /v1/agents/{id}/turns`, with `delivery: chunks`. */
export type TurnEvent =
  | { type: 'transcript'; text: string; language: string | null; duration: number }
  | { type: 'text'; text: string }
  | { type: 'audio'; format: string; mediaType: string; bytes: string | null }
  | ({ type: 'done' } & TurnSummary)
  | ({ type: 'error'; text: string | null; error: { message: string; code: string | null } } & TurnSummary);

export interface TurnSummary {
  reply: Reply | null;
  repeated: boolean;
  usage: {
    transcription: PartUsage | null;
    models: readonly (PartUsage & { inputTokens: number; outputTokens: number })[];
    speech: PartUsage | null;
  };
  warnings: readonly Warning[];
}

export interface PartUsage {
  provider: string | null;
  model: string | null;
}

/** What the graph has decided. */
export interface Reply {
  speak: boolean;
  text?: string;
  voice?: string;
  style?: string;
}

export interface ProviderState {
  name: string;
  vendor: string;
  operations: readonly string[];
  credentials: 'present' | 'missing' | 'none';
  /** Why it cannot serve, by operation. */
  away: Readonly<Record<string, string>>;
  /** An operator has decided that it is not asked. */
  heldOpen: boolean;
  models: readonly UpstreamState[];
}

export interface UpstreamState {
  model: string;
  operation: string;
  breaker: {
    state: string;
    cause?: string;
    openForMilliseconds?: number;
    calls: number;
    failures: number;
    consecutiveFailures: number;
  };
  latency: { median?: number; p95?: number };
  lastSuccess?: string;
  lastError?: { code: string; at: string };
}

/** `GET /v1/status`. */
export interface GatewayStatus {
  at: string;
  version: string;
  uptimeSeconds: number;
  state: string;
  degraded: readonly string[];
  providers: readonly ProviderState[];
  retiring: readonly Retirement[];
  cache: CacheCounts;
  requests: { active: number; speak: Outcomes; transcribe: Outcomes };
  queues: readonly Queue[];
  process: { residentBytes: number; heapBytes: number; eventLoopP99Milliseconds: number; node: string };
}

export interface Retirement {
  provider: string;
  model: string;
  retires: string;
  daysLeft: number;
  successor?: string;
}

export interface CacheCounts {
  lookups: number;
  hits: number;
  partial: number;
  coalesced: number;
  misses: number;
  memoryBytes: number;
  memoryEntries: number;
}

export interface Outcomes {
  ok: number;
  failed: number;
}

export interface Queue {
  name: string;
  waiting: number;
  active: number;
  oldestSeconds: number;
}

/** One of `GET /v1/traces`. */
export interface TraceRecord {
  /** Its `x-request-id`. */
  id: string;
  /** When it began. */
  at: string;
  operation: 'speak' | 'transcribe';
  route?: string;
  tenant?: string;
  agent?: string;
  outcome: string;
  reason?: string;
  trace: Trace;
  content?: { text?: string; transcript?: string };
}
