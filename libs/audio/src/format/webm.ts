import { viewOf } from './bytes.js';
import { damaged, incomplete } from './damaged.js';

/** An audio track as its entry describes it. */
export interface WebmTrack {
  number: number;
  /** E.g. `A_OPUS`. */
  codec: string;
  codecPrivate: Uint8Array;
  /** Hz. */
  sampleRate: number;
  channels: number;
}

/** One element that is not stepped into. */
interface Leaf {
  id: number;
  data: Uint8Array;
}

const ID = {
  timestampScale: 0x2a_d7b1,
  duration: 0x4489,
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codec: 0x86,
  codecPrivate: 0x63a2,
  sampleRate: 0xb5,
  channels: 0x9f,
  cluster: 0x1f43_b675,
  simpleBlock: 0xa3,
  block: 0xa1,
} as const;
/** Segment, Info, Tracks, TrackEntry, Audio, Cluster, BlockGroup: what is inside stands behind them like their siblings. */
const STEPPED_INTO = new Set([0x1853_8067, 0x1549_a966, 0x1654_ae6b, ID.trackEntry, 0xe1, ID.cluster, 0xa0]);
const AUDIO = 2;
/** Elements before the sound. More were put there on purpose: to walk over the millions that fit takes seconds, in which nobody else is served. */
const MOST_BEFORE_SOUND = 10_000;
const NANOSECONDS = 1e9;

/**
 * Walks the elements flat: those of unknown size, as live recordings have them, then need nothing special. Of our
 * own, since the packaged demuxers never come back from some damaged files.
 * @throws InvalidRequestError
 */
function* leaves(bytes: Uint8Array): Generator<Leaf> {
  for (let offset = 0; offset < bytes.length;) {
    const id = readVariable(bytes, offset, false);
    const size = id === undefined ? undefined : readVariable(bytes, offset + id.length, true);
    if (id === undefined || size === undefined) throw bytes.length - offset < 12 ? incomplete('WebM') : damaged('WebM');
    const start = offset + id.length + size.length;
    if (STEPPED_INTO.has(id.value)) {
      yield { id: id.value, data: bytes.subarray(start, start) };
      offset = start;
      continue;
    }
    if (size.isUnknown) throw damaged('WebM');
    if (start + size.value > bytes.length) throw incomplete('WebM');
    offset = start + size.value;
    yield { id: id.value, data: bytes.subarray(start, offset) };
  }
}

/** A number whose first byte says how long it is; an id keeps its length bits. */
function readVariable(
  bytes: Uint8Array,
  offset: number,
  strip: boolean,
): { value: number; length: number; isUnknown: boolean } | undefined {
  const first = bytes[offset];
  if (first === undefined || first === 0) return undefined;
  const length = Math.clz32(first) - 23;
  if (offset + length > bytes.length || (!strip && length > 4)) return undefined;
  const mask = 0xff >> length;
  let value = strip ? first & mask : first;
  let isUnknown = (first & mask) === mask;
  for (let index = 1; index < length; index++) {
    const byte = bytes[offset + index] ?? 0;
    value = value * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { value, length, isUnknown };
}

function readUnsigned(data: Uint8Array): number {
  return data.reduce((value, byte) => value * 256 + byte, 0);
}

function readFloat(data: Uint8Array): number {
  if (data.length === 4) return viewOf(data).getFloat32(0);
  return data.length === 8 ? viewOf(data).getFloat64(0) : NaN;
}

/** Up to where the sound begins. @throws InvalidRequestError */
function* leavesBeforeSound(bytes: Uint8Array): Generator<Leaf> {
  let count = 0;
  for (const leaf of leaves(bytes)) {
    if (++count > MOST_BEFORE_SOUND) throw damaged('WebM');
    yield leaf;
    if (leaf.id === ID.cluster) return;
  }
}

/** Seconds, as the header says; live recordings do not. Beside other tracks, the picture or another sound may be what lasts so long. */
export function webmDuration(bytes: Uint8Array): number | undefined {
  let scale = 1_000_000;
  let duration: number | undefined;
  let tracks = 0;
  for (const { id, data } of leavesBeforeSound(bytes)) {
    if (id === ID.timestampScale) scale = readUnsigned(data);
    else if (id === ID.duration) duration = readFloat(data);
    else if (id === ID.trackEntry) tracks++;
  }
  return duration === undefined || tracks > 1 ? undefined : (duration * scale) / NANOSECONDS;
}

/** The first audio track; `undefined` when there is none. */
export function webmAudioTrack(bytes: Uint8Array): WebmTrack | undefined {
  let entry: Partial<WebmTrack> & { type?: number } = {};
  for (const { id, data } of leavesBeforeSound(bytes)) {
    if (id === ID.trackEntry || id === ID.cluster) {
      if (entry.type === AUDIO) break;
      if (id === ID.cluster) return undefined;
      entry = {};
    } else if (id === ID.trackNumber) entry.number = readUnsigned(data);
    else if (id === ID.trackType) entry.type = readUnsigned(data);
    else if (id === ID.codec) entry.codec = String.fromCharCode(...data.subarray(0, 64)).replace(/\0+$/, '');
    else if (id === ID.codecPrivate) entry.codecPrivate = data;
    else if (id === ID.sampleRate) entry.sampleRate = readFloat(data);
    else if (id === ID.channels) entry.channels = readUnsigned(data);
  }
  const { type, number = 1, codec = '', codecPrivate = new Uint8Array(0), sampleRate = 8000, channels = 1 } = entry;
  return type === AUDIO ? { number, codec, codecPrivate, sampleRate, channels } : undefined;
}

/** The packets of one track, in order. */
export function* webmPackets(bytes: Uint8Array, track: number): Generator<Uint8Array> {
  for (const { id, data } of leaves(bytes)) {
    if (id !== ID.simpleBlock && id !== ID.block) continue;
    const number = readVariable(data, 0, true);
    // Behind the number: two bytes of time, one of flags.
    const flags = number === undefined ? undefined : data[number.length + 2];
    if (number === undefined || flags === undefined) throw damaged('WebM');
    if (number.value === track) yield* unlace(data.subarray(number.length + 3), (flags >> 1) & 3);
  }
}

/** Several packets may share one block: 1 Xiph, 2 all of one size, 3 EBML. */
function unlace(body: Uint8Array, lacing: number): Uint8Array[] {
  if (lacing === 0) return [body];
  const count = (body[0] ?? 0) + 1;
  let offset = 1;
  const sizes: number[] = [];
  if (lacing === 2) sizes.push(...Array<number>(count - 1).fill(Math.floor((body.length - 1) / count)));
  else {
    for (let index = 0; index < count - 1; index++) {
      const size = lacing === 1 ? readXiphSize(body, offset) : readEbmlSize(body, offset, sizes.at(-1));
      sizes.push(size.value);
      offset += size.length;
    }
  }
  const packets = sizes.map((size) => {
    offset += size;
    return body.subarray(offset - size, offset);
  });
  if (offset > body.length || sizes.some((size) => size < 0)) throw damaged('WebM');
  return [...packets, body.subarray(offset)];
}

/** Bytes are added up until one is not 255. */
export function readXiphSize(data: Uint8Array, offset: number): { value: number; length: number } {
  let length = 0;
  let value = 0;
  for (let byte = 255; byte === 255; length++) {
    byte = data[offset + length] ?? 0;
    value += byte;
  }
  return { value, length };
}

/** All but the first are differences, stored with half their range added. */
function readEbmlSize(data: Uint8Array, offset: number, previous: number | undefined): { value: number; length: number } {
  const size = readVariable(data, offset, true);
  if (size === undefined) throw damaged('WebM');
  if (previous === undefined) return size;
  return { value: previous + size.value - (2 ** (7 * size.length - 1) - 1), length: size.length };
}
