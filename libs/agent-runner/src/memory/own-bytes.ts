/**
 * A copy for what is kept: it holds no more memory than it has bytes. A small Buffer is a part of a larger one that Node
 * shares out, and keeps all of that alive.
 */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** A view of the same bytes. */
export function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
