import type { Start, Started } from '../flight.js';

/** How what a flight makes goes from one process to another. Both sides run the same version of it. */
export interface FlightCodec<Head, Chunk> {
  /** What goes ahead of the chunks. */
  encodeHead(head: Head): Uint8Array;
  decodeHead(bytes: Uint8Array): Head;
  encodeChunk(chunk: Chunk): Uint8Array;
  decodeChunk(bytes: Uint8Array): Chunk;
  /** What is known of the head only when the last chunk has been made; also asked for after a failure. */
  encodeTail(head: Head): Uint8Array;
  /** Changes the head that was decoded before, so that whoever holds it knows. */
  applyTail(head: Head, bytes: Uint8Array): void;
}

/** A piece of work that equal requests share. */
export interface SharedWork<Head, Chunk> {
  /** Does it, where nobody else is doing it. The signal fires when nobody wants it any more, in any process. */
  start: Start<Head, Chunk>;
  /**
   * Asked before `start` where processes share their work: another may have ended it since this one has looked whether
   * it was made before.
   */
  recall: () => Promise<Started<Head, Chunk> | undefined>;
  codec: FlightCodec<Head, Chunk>;
}
