import { joinBytes } from './bytes.js';
import { oggChecksum } from './ogg-crc.js';

/** Lacing values one page can hold. */
export const MAXIMUM_SEGMENTS = 255;

/** Writes the pages of one logical Ogg stream (RFC 3533). */
export class OggPageWriter {
  private sequence = 0;

  constructor(private readonly serial: number) {}

  /**
   * One page. A packet is not carried over to another page: all must fit into 255 lacing values (65 025 bytes),
   * save when a single larger one is given, which then takes as many pages as it needs.
   * @param granule position at the end of the last packet
   */
  page(packets: readonly Uint8Array[], granule: number, isLast = false): Uint8Array<ArrayBuffer> {
    const lacing = packets.flatMap(({ length }) => [...Array<number>(Math.floor(length / 255)).fill(255), length % 255]);
    const body = joinBytes(packets);
    const pages: Uint8Array[] = [];
    for (let from = 0, offset = 0; from < lacing.length; from += MAXIMUM_SEGMENTS) {
      const sizes = lacing.slice(from, from + MAXIMUM_SEGMENTS);
      const length = sizes.reduce((sum, size) => sum + size, 0);
      const isEnd = from + MAXIMUM_SEGMENTS >= lacing.length;
      const flags = (from > 0 ? 1 : 0) | (this.sequence === 0 ? 2 : 0) | (isLast && isEnd ? 4 : 0);
      pages.push(this.write(sizes, body.subarray(offset, offset + length), isEnd ? granule : undefined, flags));
      offset += length;
    }
    return joinBytes(pages);
  }

  private write(lacing: readonly number[], body: Uint8Array, granule: number | undefined, flags: number): Uint8Array {
    const bytes = new Uint8Array(27 + lacing.length + body.length);
    const view = new DataView(bytes.buffer);
    bytes.set([0x4f, 0x67, 0x67, 0x53, 0, flags]);
    view.setBigInt64(6, granule === undefined ? -1n : BigInt(granule), true);
    view.setUint32(14, this.serial, true);
    view.setUint32(18, this.sequence++, true);
    bytes[26] = lacing.length;
    bytes.set(lacing, 27);
    bytes.set(body, 27 + lacing.length);
    view.setUint32(22, oggChecksum(bytes), true);
    return bytes;
  }
}
