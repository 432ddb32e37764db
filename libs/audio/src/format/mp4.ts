import { hasAscii, viewOf } from './bytes.js';

/** Seconds, as the movie header of an MP4 says; fragmented files do not. */
export function mp4Duration(bytes: Uint8Array): number | undefined {
  const movie = findBox(bytes, 'moov');
  const header = movie === undefined ? undefined : findBox(movie, 'mvhd');
  if (header === undefined) return undefined;
  const view = viewOf(header);
  const isLong = view.getUint8(0) === 1;
  const timescale = view.getUint32(isLong ? 20 : 12);
  const duration = isLong ? Number(view.getBigUint64(24)) : view.getUint32(16);
  return timescale === 0 || duration === 0 || duration === 0xffff_ffff ? undefined : duration / timescale;
}

/** What is inside of the first box of that name. */
function findBox(bytes: Uint8Array, name: string): Uint8Array | undefined {
  const view = viewOf(bytes);
  for (let offset = 0; offset + 8 <= bytes.length;) {
    const small = view.getUint32(offset);
    const isLong = small === 1 && offset + 16 <= bytes.length;
    const head = isLong ? 16 : 8;
    const size = isLong ? Number(view.getBigUint64(offset + 8)) : small === 0 ? bytes.length - offset : small;
    if (size < head) return undefined;
    if (hasAscii(bytes, name, offset + 4)) return bytes.subarray(offset + head, offset + size);
    offset += size;
  }
  return undefined;
}
