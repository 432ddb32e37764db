/** The latest checkpoint of a thread in one namespace: the graph's own, or that of a graph within it. */
export interface StoredCheckpoint {
  id: string;
  /** In a form that only the saver knows. */
  body: Uint8Array;
  /** In no particular order. */
  writes: readonly StoredWrite[];
}

/** Something that a task of the step after a checkpoint has written. */
export interface StoredWrite {
  taskId: string;
  /** One of a task's; those under 0 take the place of the one before, all others stay as they were first written. */
  index: number;
  body: Uint8Array;
}

/** Where something belongs. */
export interface CheckpointPlace {
  /** A hash; of any length and form. */
  thread: string;
  /** '' is the graph's own. */
  namespace: string;
  /** Of a namespace that one task makes for itself: the checkpoint of the graph itself that the task comes after. */
  root?: string;
}

export interface NewCheckpoint {
  id: string;
  body: Uint8Array;
  /** It is only written over one of these, or where there is none; absent: over any. */
  over?: readonly string[];
}

/**
 * Keeps only the latest checkpoint of each namespace of a thread, with the writes that belong to it. When a newer one
 * comes, writes to those before it go; when the graph itself moves on, so do the namespaces of its tasks. Writes to a
 * checkpoint may come before it.
 */
export interface CheckpointStore {
  read(place: CheckpointPlace): Promise<StoredCheckpoint | undefined>;
  /** @returns whether it was written */
  put(place: CheckpointPlace, checkpoint: NewCheckpoint): Promise<boolean>;
  putWrites(place: CheckpointPlace, checkpointId: string, writes: readonly StoredWrite[]): Promise<void>;
  /** Those with a checkpoint. */
  namespaces(thread: string): Promise<string[]>;
  deleteThread(thread: string): Promise<void>;
}

/**
 * Whether what belongs to a checkpoint is of no use any more: the identifiers of checkpoints rise with time, and what
 * belongs to a later one may come before it. Clocks of processes differ, so the one that is replaced is over in any case.
 */
export function isOver(checkpointId: string, replaced: string | undefined, latest: string): boolean {
  return checkpointId !== latest && (checkpointId === replaced || checkpointId < latest);
}
