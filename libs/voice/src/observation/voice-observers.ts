import type { ErrorCode, Trace, TraceAttempt, TraceCandidate, Usage } from '@parlance/contracts';
import { Injectable } from '@nestjs/common';
import type { UsageCounts, UsageName } from '../usage/usage.types.js';
import type { RequestOrigin } from '../voice.types.js';
import { Observers } from './observers.js';

/** How something ended. */
export type Outcome = 'ok' | ErrorCode;

/** One call to one provider has given its first audio or its transcript, or has failed. Told once, by whoever made it. */
export interface AttemptNews {
  type: 'attempt';
  operation: Trace['operation'];
  attempt: Readonly<TraceAttempt>;
}

/** A request has come in. */
export interface BegunNews {
  type: 'begun';
  operation: Trace['operation'];
}

/** Audio broke off after its beginning had been handed on. */
export interface BrokenNews {
  type: 'broken';
  operation: Trace['operation'];
  candidate: TraceCandidate;
  outcome: ErrorCode;
}

/** What a user has had spoken, or has said. */
export type RequestContent = { text: string } | { transcript: string };

/** A request has ended: its audio was read to the end or left, its transcript is there, or it has failed. */
export interface RequestNews {
  type: 'request';
  outcome: Outcome;
  /** Of a failure: more precise than its kind. */
  reason?: string;
  /** With an empty plan where it was refused before there was one. */
  trace: Readonly<Trace>;
  usage: Readonly<Usage>;
  began: Date;
  tenant: string;
  agent?: string;
  origin?: RequestOrigin;
  /** For development only, and only for who asks: `undefined` where there is nothing. */
  content: () => RequestContent | undefined;
}

/** Something was used and is counted, as `GET /v1/usage` counts it; numbers may be negative where less was used than thought. */
export interface UsageNews {
  type: 'usage';
  name: UsageName;
  counts: UsageCounts;
}

/**
 * What the voice layer tells of its work. There are no texts and no keys in it, unless they are called for, but names that
 * callers may choose.
 */
export type VoiceNews = BegunNews | AttemptNews | BrokenNews | RequestNews | UsageNews;

/** Tells of every request, attempt and use in this process. */
@Injectable()
export class VoiceObservers extends Observers<VoiceNews> {}
