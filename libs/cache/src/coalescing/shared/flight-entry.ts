import { ParlanceError } from '@parlance/contracts';

/** What a leader writes down, in this order: a head, chunks, a tail, and how it ended. A failure may come at any time. */
export type FlightEntry =
  | { kind: 'head'; body: Uint8Array }
  | { kind: 'chunk'; body: Uint8Array }
  | { kind: 'tail'; body: Uint8Array }
  | { kind: 'end' }
  | { kind: 'failure'; body: Uint8Array };

const KINDS = ['head', 'chunk', 'tail', 'end', 'failure'] as const;

/** One byte for the kind, then the body as it is. */
export function encodeEntry(entry: FlightEntry): Buffer {
  const kind = Uint8Array.of(KINDS.indexOf(entry.kind));
  return 'body' in entry ? Buffer.concat([kind, entry.body]) : Buffer.from(kind);
}

/**
 * @returns an entry with bytes of its own
 * @throws ParlanceError `server` for what no leader has written
 */
export function decodeEntry(bytes: Uint8Array): FlightEntry {
  const kind = KINDS[bytes[0] ?? KINDS.length];
  if (kind === undefined) throw new ParlanceError('server', 'What another process has made cannot be read. Try again.');
  return kind === 'end' ? { kind } : { kind, body: Uint8Array.prototype.slice.call(bytes, 1) };
}
