/**
 * Bytes that lie somewhere else than in memory, such as in a file. They may be read any number of times, by several at a
 * time, until they are given back.
 */
export interface ByteSource {
  readonly sizeBytes: number;
  /** SHA-256 of all of them, in lower-case hexadecimal digits. */
  readonly sha256: string;
  /** The first 65 536, or all where there are fewer. */
  readonly head: Uint8Array;
  /** All of them, in memory. @throws ParlanceError when they cannot be read */
  read(): Promise<Uint8Array>;
  /** All of them in order. A piece is good until the next is asked for. @throws ParlanceError when they cannot be read */
  pieces(): AsyncIterable<Uint8Array>;
  /**
   * Keeps them for whoever works with them longer than whoever gave them.
   * @returns to be called once that is over; more calls do nothing
   * @throws AbortedError when they have been given back
   */
  hold(): () => void;
}

/** Bytes in memory, or somewhere else. */
export type Bytes = Uint8Array | ByteSource;

export function sizeOf(bytes: Bytes): number {
  return bytes instanceof Uint8Array ? bytes.byteLength : bytes.sizeBytes;
}

/** The first bytes: at least 65 536, or all where there are fewer. */
export function headOf(bytes: Bytes): Uint8Array {
  return bytes instanceof Uint8Array ? bytes : bytes.head;
}

/** All of them, in memory: the same where they are there already. @throws ParlanceError when they cannot be read */
export async function readAll(bytes: Bytes): Promise<Uint8Array> {
  return bytes instanceof Uint8Array ? bytes : bytes.read();
}

/**
 * All of them in order: those in memory in one piece. A piece is good until the next is asked for.
 * @throws ParlanceError when they cannot be read
 */
export async function* piecesOf(bytes: Bytes): AsyncGenerator<Uint8Array> {
  if (bytes instanceof Uint8Array) yield bytes;
  else yield* bytes.pieces();
}

/** Keeps bytes that are not in memory. @returns to be called once they are not needed. @throws AbortedError */
export function holdBytes(bytes: Bytes): () => void {
  return bytes instanceof Uint8Array ? () => undefined : bytes.hold();
}
