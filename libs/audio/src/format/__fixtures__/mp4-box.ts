/** A box of an MP4: its length, its name of four letters, and what is in it. */
export function box(name: string, ...inside: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(inside);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(name, 4);
  return Buffer.concat([head, body]);
}
