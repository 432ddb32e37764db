import { hasAscii, viewOf } from './bytes.js';

/** Boxes beside each other. More were put there on purpose: to look at the millions that fit takes seconds, in which nobody else is served. */
const MOST_BOXES = 10_000;
/** Offsets in the list of sample descriptions, of which the first counts; QuickTime has a later form for many channels. */
const [SAMPLE_VERSION, SAMPLE_CHANNELS, LATER_CHANNELS] = [24, 32, 56];
const DECODER_CONFIGURATION = 5;

/**
 * Seconds of the first audio track, as an MP4 says; fragmented files do not. The file itself may be longer: the picture
 * may go on, or another track.
 */
export function mp4Duration(bytes: Uint8Array): number | undefined {
  const movie = firstBox(bytes, 'moov');
  // More comes in fragments, of which the times in front know nothing: they are of what stood there when they were written.
  if (firstBox(movie, 'mvex') !== undefined) return undefined;
  const track = audioTrack(movie);
  const movieHeader = readTimes(firstBox(movie, 'mvhd'));
  const media = readTimes(firstBox(firstBox(track, 'mdia'), 'mdhd'));
  const trackHeader = firstBox(track, 'tkhd');
  if (movieHeader === undefined || media === undefined || trackHeader === undefined) return undefined;
  const lengths = [
    // What was recorded, of which some may have been cut off without being taken out,
    secondsOf(media.duration, media.timescale),
    // and where it ends in the movie, in which it may begin late.
    secondsOf(readTrackDuration(trackHeader), movieHeader.timescale),
  ].filter((length) => length !== undefined);
  return lengths.length === 0 ? undefined : Math.min(...lengths);
}

/** Whether the file ends inside of its table of contents, or of what that is about: recordings that are cut off do. */
export function isCutMp4(bytes: Uint8Array): boolean {
  for (const { start, end } of allBoxes(bytes)) {
    if (end > bytes.length) return ['moov', 'moof', 'mdat'].some((name) => hasAscii(bytes, name, start + 4));
  }
  return false;
}

/** Whether it has tracks, and none that can be heard. */
export function isMuteMp4(bytes: Uint8Array): boolean {
  const movie = firstBox(bytes, 'moov');
  return firstBox(movie, 'trak') !== undefined && audioTrack(movie) === undefined;
}

/** Of the first audio track. What describes the samples of AAC says two for one as well: its decoder's configuration comes first. */
export function mp4Channels(bytes: Uint8Array): number | undefined {
  const media = firstBox(audioTrack(firstBox(bytes, 'moov')), 'mdia');
  const samples = firstBox(firstBox(firstBox(media, 'minf'), 'stbl'), 'stsd');
  if (samples === undefined || samples.length < SAMPLE_CHANNELS + 2) return undefined;
  const view = viewOf(samples);
  const isLater = view.getUint16(SAMPLE_VERSION) === 2 && samples.length >= LATER_CHANNELS + 4;
  const count = isLater ? view.getUint32(LATER_CHANNELS) : view.getUint16(SAMPLE_CHANNELS);
  return aacChannels(samples) || count || undefined;
}

/** 0 where it does not say. */
function aacChannels(samples: Uint8Array): number {
  const descriptors = Buffer.from(samples.buffer, samples.byteOffset, samples.length).indexOf('esds');
  if (descriptors < 0) return 0;
  // A tag and a length of one to four bytes each: the stream, 3 bytes of it, its decoder, 13 bytes, among them bit rates, of
  // which any byte may look like a tag; and the configuration: 5 bits of kind, 4 of rate and 4 of channels.
  const decoder = insideOf(samples, descriptors + 8) + 3;
  const configuration = insideOf(samples, decoder) + 13;
  if (samples[configuration] !== DECODER_CONFIGURATION) return 0;
  return ((samples[insideOf(samples, configuration) + 1] ?? 0) >> 3) & 15;
}

/** Where what is inside of a descriptor begins: behind its tag and its length, of which all bytes but the last have the highest bit. */
function insideOf(samples: Uint8Array, descriptor: number): number {
  let offset = descriptor + 1;
  while (((samples[offset] ?? 0) & 0x80) !== 0) offset++;
  return offset + 1;
}

function audioTrack(movie: Uint8Array | undefined): Uint8Array | undefined {
  return [...boxes(movie, 'trak')].find(isAudio);
}

function isAudio(track: Uint8Array): boolean {
  const handler = firstBox(firstBox(track, 'mdia'), 'hdlr');
  return handler !== undefined && hasAscii(handler, 'soun', 8);
}

/** Of the header of a movie or of a track's media. */
function readTimes(header: Uint8Array | undefined): { timescale: number; duration: number } | undefined {
  if (header === undefined) return undefined;
  const view = viewOf(header);
  return isLong(view)
    ? { timescale: view.getUint32(20), duration: Number(view.getBigUint64(24)) }
    : { timescale: view.getUint32(12), duration: view.getUint32(16) };
}

/** In units of the movie. */
function readTrackDuration(header: Uint8Array): number {
  const view = viewOf(header);
  return isLong(view) ? Number(view.getBigUint64(28)) : view.getUint32(20);
}

/** Whether its times have eight bytes. */
function isLong(header: DataView): boolean {
  return header.getUint8(0) === 1;
}

function secondsOf(duration: number, timescale: number): number | undefined {
  const isUnknown = duration === 0 || duration === 0xffff_ffff || duration >= Number.MAX_SAFE_INTEGER;
  return timescale === 0 || isUnknown ? undefined : duration / timescale;
}

function firstBox(bytes: Uint8Array | undefined, name: string): Uint8Array | undefined {
  return boxes(bytes, name).next().value;
}

/** What is inside of each box of that name. */
function* boxes(bytes: Uint8Array | undefined, name: string): Generator<Uint8Array, undefined> {
  if (bytes === undefined) return;
  for (const { start, inside, end } of allBoxes(bytes)) if (hasAscii(bytes, name, start + 4)) yield bytes.subarray(inside, end);
}

/** Where each box begins, what is inside of it, and where it ends, which is behind the last byte in a file that was cut off. */
function* allBoxes(bytes: Uint8Array): Generator<{ start: number; inside: number; end: number }, undefined> {
  const view = viewOf(bytes);
  for (let start = 0, count = 0; start + 8 <= bytes.length && count < MOST_BOXES; count++) {
    const small = view.getUint32(start);
    const isLarge = small === 1 && start + 16 <= bytes.length;
    const head = isLarge ? 16 : 8;
    const size = isLarge ? Number(view.getBigUint64(start + 8)) : small === 0 ? bytes.length - start : small;
    if (size < head) return;
    yield { start, inside: start + head, end: start + size };
    start += size;
  }
}
