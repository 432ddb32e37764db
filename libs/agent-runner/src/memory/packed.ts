import { asBuffer } from './own-bytes.js';

/** A header as JSON and parts as they are, in one piece: length of the header in four bytes, the header, the parts. */
export function pack(header: object, parts: readonly Uint8Array[]): Buffer {
  const text = Buffer.from(JSON.stringify({ ...header, lengths: parts.map(({ byteLength }) => byteLength) }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(text.byteLength);
  return Buffer.concat([length, text, ...parts]);
}

/** @param bytes what {@link pack} has made; the parts are views of them */
export function unpack<Header>(bytes: Uint8Array): { header: Header; parts: Uint8Array[] } {
  const all = asBuffer(bytes);
  let position = LENGTH_BYTES + all.readUInt32BE();
  const header = JSON.parse(all.toString('utf8', LENGTH_BYTES, position)) as Header & { lengths: number[] };
  const parts = header.lengths.map((length) => all.subarray(position, (position += length)));
  return { header, parts };
}

const LENGTH_BYTES = 4;
