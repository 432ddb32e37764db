import { LRUCache } from 'lru-cache';
import type { IdempotencyRecord, IdempotencyStore } from './idempotency-store.js';

const MAXIMUM_RECORDS = 10_000;
const MAXIMUM_BYTES = 64 * 1024 * 1024;
/** Of a record without its answer. */
const RECORD_BYTES = 200;

/** The records of one process. When there are too many, the ones not asked for longest give way. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  private readonly records = new LRUCache<string, IdempotencyRecord>({
    max: MAXIMUM_RECORDS,
    maxSize: MAXIMUM_BYTES,
    sizeCalculation: ({ answer }) => RECORD_BYTES + (answer === undefined ? 0 : answer.body.length * 2),
  });

  async claim(name: string, record: IdempotencyRecord, milliseconds: number): Promise<IdempotencyRecord | undefined> {
    const known = this.records.get(name);
    if (known === undefined) this.records.set(name, record, { ttl: milliseconds });
    return known;
  }

  async extend(name: string, milliseconds: number): Promise<void> {
    const known = this.records.get(name);
    if (known !== undefined) this.records.set(name, known, { ttl: milliseconds });
  }

  async put(name: string, record: IdempotencyRecord, milliseconds: number): Promise<void> {
    this.records.set(name, record, { ttl: milliseconds });
  }

  async remove(name: string): Promise<void> {
    this.records.delete(name);
  }
}
