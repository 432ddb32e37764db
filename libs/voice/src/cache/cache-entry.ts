import { crc32 } from 'node:zlib';

/**
 * One cache entry: `PLV1`, the CRC-32 of what follows it, the length of the JSON head, the head, the body.
 * Numbers are 32-bit big-endian. In an entry that begins with `PLR1` the body is JSON that says where the real one lies:
 * a version that knows nothing of those takes it for damaged, and never for speech.
 */
const whole = Buffer.from('PLV1');
const reference = Buffer.from('PLR1');
const prefixLength = 12;

/** Where a body lies that is too large for the cache. */
export interface StoredBody {
  /** Its key in the object store. */
  object: string;
  /** Bytes. */
  size: number;
  /** Of the bytes, in hexadecimal. */
  sha256: string;
}

export type DecodedEntry<Head> = { head: Head; body: Uint8Array } | { head: Head; stored: StoredBody };

export function encodeEntry(head: unknown, body: Uint8Array): Uint8Array {
  return encode(whole, head, body);
}

export function encodeReference(head: unknown, stored: StoredBody): Uint8Array {
  return encode(reference, head, Buffer.from(JSON.stringify(stored)));
}

/** `undefined` for anything that is not a whole, undamaged entry. */
export function decodeEntry<Head>(entry: Uint8Array): DecodedEntry<Head> | undefined {
  const buffer = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength);
  if (buffer.length < prefixLength) return undefined;
  const magic = buffer.subarray(0, whole.length);
  if (!magic.equals(whole) && !magic.equals(reference)) return undefined;
  if (buffer.readUInt32BE(4) !== crc32(buffer.subarray(8))) return undefined;
  const bodyStart = prefixLength + buffer.readUInt32BE(8);
  const head = JSON.parse(buffer.toString('utf8', prefixLength, bodyStart)) as Head;
  const body = buffer.subarray(bodyStart);
  return magic.equals(whole) ? { head, body } : { head, stored: JSON.parse(body.toString()) as StoredBody };
}

function encode(magic: Buffer, head: unknown, body: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(head));
  const entry = Buffer.allocUnsafe(prefixLength + json.length + body.length);
  entry.set(magic);
  entry.writeUInt32BE(json.length, 8);
  entry.set(json, prefixLength);
  entry.set(body, prefixLength + json.length);
  entry.writeUInt32BE(crc32(entry.subarray(8)), 4);
  return entry;
}
