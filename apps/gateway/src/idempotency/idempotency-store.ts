/** An answer as it was sent. */
export interface KeptAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** What is known of a request that had a key. */
export interface IdempotencyRecord {
  /** Of the request: hexadecimal. */
  fingerprint: string;
  state: 'running' | 'done';
  /** Of a request that is done, where its answer is small and no audio. */
  answer?: KeptAnswer;
}

/** Records by the name of a key. Failures of a shared store are thrown as they come. */
export interface IdempotencyStore {
  /** Notes that a request runs, unless there is a record: then that is given, and nothing is changed. */
  claim(name: string, record: IdempotencyRecord, milliseconds: number): Promise<IdempotencyRecord | undefined>;
  /** The record lives so long from now on. */
  extend(name: string, milliseconds: number): Promise<void>;
  put(name: string, record: IdempotencyRecord, milliseconds: number): Promise<void>;
  remove(name: string): Promise<void>;
}
