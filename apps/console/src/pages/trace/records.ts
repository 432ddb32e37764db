import type { TraceRecord } from '../../api/types.js';

/** More would be slow to show, and nobody reads it. */
const SHOWN = 100;

/** The newest first, each once: a stream that comes again tells some of them again. */
export function withRecord(records: readonly TraceRecord[], record: TraceRecord): readonly TraceRecord[] {
  const others = records.filter((known) => keyOf(known) !== keyOf(record));
  return [...others, record].toSorted((one, other) => other.at.localeCompare(one.at)).slice(0, SHOWN);
}

/** Clients may send an id of their own twice. */
export function keyOf({ id, at }: TraceRecord): string {
  return `${id} ${at}`;
}
