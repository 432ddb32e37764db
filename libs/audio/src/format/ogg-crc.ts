/** CRC-32 as Ogg wants it: polynomial 0x04c11db7, not reflected, starting at 0. */
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value & 0x8000_0000) === 0 ? value << 1 : (value << 1) ^ 0x04c1_1db7;
  return value >>> 0;
});

const CHECKSUM_OFFSET = 22;

/** The checksum of a page, whose own checksum field counts as zero. */
export function oggChecksum(page: Uint8Array): number {
  let sum = 0;
  for (let index = 0; index < page.length; index++) {
    const byte = index >= CHECKSUM_OFFSET && index < CHECKSUM_OFFSET + 4 ? 0 : (page[index] ?? 0);
    sum = (sum << 8) ^ (TABLE[((sum >>> 24) ^ byte) & 0xff] ?? 0);
  }
  return sum >>> 0;
}
