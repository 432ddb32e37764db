/**
 * A copy for what is kept: it holds no more memory than it has bytes. A small Buffer is a part of a larger one that Node
 * shares out, and keeps all of that alive.
 */
export function ownBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
