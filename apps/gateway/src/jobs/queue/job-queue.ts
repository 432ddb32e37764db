import type { QueueMeasure } from '@parlance/channels';
import type { ErrorBody } from '../../http/error-reply.js';

export const JOB_KINDS = ['transcription', 'speech'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/** `queued` also while it waits to be tried again. */
export type JobStatus = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
export type EndStatus = 'completed' | 'failed' | 'cancelled';

/** What was wrong with a job, in the form of every other error. */
export type JobError = ErrorBody['error'];

/** What a queue keeps of a job: where its things lie, but no text and no audio. */
export interface JobTicket {
  /** `job_` and 32 hexadecimal digits. */
  id: string;
  kind: JobKind;
  /** Whose it is; absent of those that came before jobs were somebody's. */
  tenant?: string;
  /** Of the object store: what the job is given and what comes of it lies below it. */
  folder: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  /** Where its end is told. */
  webhook?: string;
}

/** How far a job is. */
export interface JobProgress {
  /** 0-1. */
  share: number;
  /** What has been heard so far. */
  text?: string;
}

/** A job as it is now. Times are ISO 8601, UTC. */
export interface JobState {
  ticket: JobTicket;
  status: JobStatus;
  progress: JobProgress;
  startedAt?: string;
  finishedAt?: string;
  /** Of a job that has failed. */
  error?: JobError;
}

export interface JobContext {
  /** Fires when the job is cancelled, or the process has no time left for it. */
  signal: AbortSignal;
  /** May be called as often as there is news: what cannot be told in time is left out. */
  report: (progress: JobProgress) => void;
}

/** What a queue has done with the jobs it holds. */
export interface JobWork {
  /**
   * Called again for the same job when it failed for a passing reason, or when its process died: what it leaves
   * behind must be the same then.
   * @throws what went wrong
   */
  run(ticket: JobTicket, context: JobContext): Promise<void>;
  /** Nothing more will be done for the job. Called at least once, perhaps just before the status is seen by others. */
  ended(ticket: JobTicket, status: EndStatus): Promise<void>;
}

/** Holds jobs until somebody has time for them. */
export interface JobQueue {
  /** @throws ParlanceError `rate` (too many wait), `unavailable` (the queue cannot be reached, or ends with the process that stops) */
  add(ticket: JobTicket): Promise<JobState>;
  /** `undefined`: there is none, or none any more. @throws ParlanceError `unavailable` */
  get(id: string): Promise<JobState | undefined>;
  /**
   * Ends a job that has not ended yet, wherever it is worked on; one that has is left as it is.
   * @returns the job after that
   */
  cancel(id: string): Promise<JobState | undefined>;
  /** How many wait and are worked on, wherever. @throws ParlanceError `unavailable` */
  measure(): Promise<QueueMeasure>;
  /** Begins to work. Called once. */
  process(work: JobWork): void;
  /** Forgets jobs whose time is over. */
  sweep(): Promise<void>;
  /**
   * Begins no job any more, and lets those under way end.
   * @param graceMilliseconds how long; what is not done then is given to another process, or fails where there is none
   */
  stop(graceMilliseconds: number): Promise<void>;
}

/** The injection token has the name of the port. */
export const JobQueue = Symbol('JobQueue');

export interface JobQueueOptions {
  /** How many jobs are worked on at a time. */
  concurrency: number;
  /** How many may wait. */
  waiting: number;
  /** How long a job is kept after its end. */
  retentionSeconds: number;
  /** Until a job that failed for a passing reason is tried again; twice as long the second time. Default 5000. */
  backoffMilliseconds?: number;
}

export const DEFAULT_BACKOFF_MILLISECONDS = 5000;
