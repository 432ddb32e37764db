import { crc32 } from 'node:zlib';

/**
 * One cache entry: `PLV1`, the CRC-32 of what follows it, the length of the JSON head, the head, the body.
 * Numbers are 32-bit big-endian.
 */
const magic = Buffer.from('PLV1');
const prefixLength = 12;

export function encodeEntry(head: unknown, body: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(head));
  const entry = Buffer.allocUnsafe(prefixLength + json.length + body.length);
  entry.set(magic);
  entry.writeUInt32BE(json.length, 8);
  entry.set(json, prefixLength);
  entry.set(body, prefixLength + json.length);
  entry.writeUInt32BE(crc32(entry.subarray(8)), 4);
  return entry;
}

/** `undefined` for anything that is not a whole, undamaged entry. */
export function decodeEntry<Head>(entry: Uint8Array): { head: Head; body: Uint8Array } | undefined {
  const buffer = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
  if (buffer.length < prefixLength || !buffer.subarray(0, 4).equals(magic)) return undefined;
  if (buffer.readUInt32BE(4) !== crc32(buffer.subarray(8))) return undefined;
  const bodyStart = prefixLength + buffer.readUInt32BE(8);
  const head = JSON.parse(buffer.toString('utf8', prefixLength, bodyStart)) as Head;
  return { head, body: buffer.subarray(bodyStart) };
}
