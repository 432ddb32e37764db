import type { Followed } from '../account.js';

/** The books of a request that others follow, as JSON for other processes. */
export function followedToJson({ trace: { attempts, segments, pieces, servedBy }, warnings, spanContext }: Followed): Followed {
  return {
    trace: { attempts, segments, ...(pieces !== undefined && { pieces }), ...(servedBy !== undefined && { servedBy }) },
    warnings,
    ...(spanContext !== undefined && { spanContext }),
  };
}

/** The last word: whoever holds the books of before has them complete. */
export function completeFollowed(followed: Followed, { trace, warnings }: Followed): void {
  Object.assign(followed.trace, trace);
  followed.warnings.splice(0, followed.warnings.length, ...warnings);
}

export function toJsonBytes(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

export function fromJsonBytes<Value>(bytes: Uint8Array): Value {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as Value;
}
