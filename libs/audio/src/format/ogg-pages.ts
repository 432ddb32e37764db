import { hasAscii, joinBytes, viewOf } from './bytes.js';
import { damaged, incomplete } from './damaged.js';
import { oggChecksum } from './ogg-crc.js';

export interface OggPage {
  /** The page as it stands in the file. */
  bytes: Uint8Array;
  serial: number;
  /** Position at the end of the last packet that ends here; `undefined` when none does. */
  granule: number | undefined;
  isFirst: boolean;
  isLast: boolean;
  isContinued: boolean;
  /** The pieces between the borders; the last is unfinished when `endsOpen`. */
  pieces: Uint8Array[];
  endsOpen: boolean;
}

export interface OggPacket {
  data: Uint8Array;
  page: OggPage;
  /** Its place among the packets that end on this page, from 0. */
  position: number;
}

/** The page at `start`; `undefined` when the file ends inside it. */
export function oggPageAt(bytes: Uint8Array, start: number): OggPage | undefined {
  if (start + 27 > bytes.length) return undefined;
  const view = viewOf(bytes);
  const flags = bytes[start + 5] ?? 0;
  const segments = bytes[start + 26] ?? 0;
  const lacing = bytes.subarray(start + 27, start + 27 + segments);
  const length = lacing.reduce((sum, size) => sum + size, 27 + segments);
  if (start + length > bytes.length) return undefined;
  const pieces: Uint8Array[] = [];
  let [from, to] = [start + 27 + segments, start + 27 + segments];
  for (const size of lacing) {
    to += size;
    if (size === 255) continue;
    pieces.push(bytes.subarray(from, to));
    from = to;
  }
  const endsOpen = lacing.at(-1) === 255;
  if (endsOpen) pieces.push(bytes.subarray(from, to));
  const [low, high] = [view.getUint32(start + 6, true), view.getInt32(start + 10, true)];
  return {
    bytes: bytes.subarray(start, start + length),
    serial: view.getUint32(start + 14, true),
    granule: high < 0 ? undefined : high * 2 ** 32 + low,
    isFirst: (flags & 2) !== 0,
    isLast: (flags & 4) !== 0,
    isContinued: (flags & 1) !== 0,
    pieces,
    endsOpen,
  };
}

/** Streams of which one is looked for that can be heard. */
const MOST_STREAMS = 100;

/**
 * The first packet of each stream, as much of it as is there: a skeleton or a picture stream may come first, and the
 * beginnings of all streams stand before any audio.
 */
export function* oggBeginnings(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0, count = 0; count < MOST_STREAMS && hasAscii(bytes, 'OggS', start); count++) {
    const page = oggPageAt(bytes, start);
    yield page?.pieces[0] ?? bytes.subarray(start + 28);
    if (page === undefined || !page.isFirst) return;
    start += page.bytes.length;
  }
}

/**
 * Pages and pieces of packets that are walked over where nothing is decoded: five hours of Opus as it is commonly written.
 * To walk over the millions without a byte in them that fit takes seconds, in which nobody else is served.
 */
export const MOST_WALKED = 1_000_000;

/**
 * All pages in order. Bytes behind the last page of the last stream do not count.
 * @param most pages and pieces in them
 * @throws InvalidRequestError for anything else that is no page, for a file that ends inside one, and for more than `most`
 */
export function* oggPages(bytes: Uint8Array, verify = true, most = Infinity): Generator<OggPage> {
  let ended = false;
  let walked = 0;
  for (let start = 0; start < bytes.length;) {
    if (!hasAscii(bytes, 'OggS', start)) {
      if (ended) return;
      throw bytes.length - start < 4 ? incomplete('Ogg') : damaged('Ogg');
    }
    const page = oggPageAt(bytes, start);
    if (page === undefined) throw incomplete('Ogg');
    if (verify && viewOf(page.bytes).getUint32(22, true) !== oggChecksum(page.bytes)) throw damaged('Ogg');
    walked += 1 + page.pieces.length;
    if (walked > most) throw damaged('Ogg');
    yield page;
    ended = page.isLast;
    start += page.bytes.length;
  }
}

/** All packets of all streams, put together across pages. */
export function* oggPackets(bytes: Uint8Array, verify = true, most = Infinity): Generator<OggPacket> {
  const open = new Map<number, Uint8Array[]>();
  for (const page of oggPages(bytes, verify, most)) {
    const begun = page.isContinued ? open.get(page.serial) : undefined;
    open.delete(page.serial);
    let position = 0;
    for (const [index, piece] of page.pieces.entries()) {
      const parts = index === 0 && begun !== undefined ? begun : [];
      // Into the same list: a packet may go over any number of pages.
      parts.push(piece);
      if (page.endsOpen && index === page.pieces.length - 1) open.set(page.serial, parts);
      // The rest of a packet whose beginning is not there is of no use.
      else if (index > 0 || !page.isContinued || begun !== undefined) {
        yield { data: parts.length === 1 ? piece : joinBytes(parts), page, position: position++ };
      }
    }
  }
  if (open.size > 0) throw incomplete('Ogg');
}
