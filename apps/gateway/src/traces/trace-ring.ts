import type { TraceRecord } from './trace-record.js';

/** Both are kept. */
export interface TraceRingLimits {
  records: number;
  /** Of all records as JSON. */
  bytes: number;
}

interface Kept {
  id: string;
  /** A copy: attempts may be those of a request that is still under way. */
  json: string;
  bytes: number;
}

/** The latest records; the oldest give way. */
export class TraceRing {
  /** Oldest first. */
  private readonly kept: Kept[] = [];
  private bytes = 0;
  private total = 0;

  constructor(private readonly limits: TraceRingLimits) {}

  /** How many there have ever been. */
  get count(): number {
    return this.total;
  }

  add(record: TraceRecord): void {
    const json = JSON.stringify(record);
    const bytes = Buffer.byteLength(json);
    this.kept.push({ id: record.id, json, bytes });
    this.bytes += bytes;
    this.total += 1;
    while (this.kept.length > this.limits.records || this.bytes > this.limits.bytes) this.bytes -= this.kept.shift()?.bytes ?? 0;
  }

  /** Newest first. */
  latest(limit: number): TraceRecord[] {
    return this.since(this.total - limit).toReversed();
  }

  /** What came after so many and is still there, oldest first. */
  since(count: number): TraceRecord[] {
    const missed = this.total - count;
    return missed <= 0 ? [] : this.kept.slice(-missed).map(recordOf);
  }

  /** The newest of that id: a turn may hear and speak, and clients choose ids as they like. */
  find(id: string): TraceRecord | undefined {
    const found = this.kept.findLast((one) => one.id === id);
    return found && recordOf(found);
  }
}

function recordOf({ json }: Kept): TraceRecord {
  return JSON.parse(json) as TraceRecord;
}
