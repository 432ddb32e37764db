/** Bytes of the ADTS frame that begins at `start`, header included; `undefined` where none does. It may end behind the file. */
export function adtsFrameLength(bytes: Uint8Array, start: number): number | undefined {
  const header = bytes.subarray(start, start + 7);
  const [sync, flags = 0, third = 0, fourth = 0, fifth = 0, sixth = 0] = header;
  if (header.length < 7 || sync !== 0xff || (flags & 0xf6) !== 0xf0 || ((third >> 2) & 15) > 12) return undefined;
  const length = ((fourth & 3) << 11) | (fifth << 3) | (sixth >> 5);
  return length > 7 ? length : undefined;
}
