import { UnsupportedError } from '@parlance/contracts';
import { damaged, withoutAudio } from '../format/damaged.js';
import { OggPageWriter } from '../format/ogg-page-writer.js';
import { oggPages, type OggPage } from '../format/ogg-pages.js';
import { readOpusHead } from '../format/opus-packets.js';
import { readXiphSize, webmAudioTrack, webmPackets, type WebmTrack } from '../format/webm.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';
import { decodeVorbisPages } from './decode-ogg-vorbis.js';
import { OpusStream } from './opus-stream.js';

export async function* decodeWebm(bytes: Uint8Array, sampleRate: number | undefined): AsyncGenerator<PcmChunk> {
  const track = webmAudioTrack(bytes);
  if (track === undefined) throw withoutAudio('WebM');
  if (track.codec === 'A_OPUS') yield* decodeOpusTrack(bytes, track, sampleRate);
  else if (track.codec === 'A_VORBIS') yield* decodeVorbisPages(vorbisPages(bytes, track));
  else throw new UnsupportedError('Only Opus and Vorbis can be read from WebM: send one of these, or WAV, MP3, Ogg or FLAC.', 'file');
}

async function* decodeOpusTrack(bytes: Uint8Array, track: WebmTrack, sampleRate: number | undefined): AsyncGenerator<PcmChunk> {
  const stream = new OpusStream(readOpusHead(track.codecPrivate), sampleRate);
  try {
    for (const packet of webmPackets(bytes, track.number)) yield await stream.decode(packet);
  } finally {
    await stream.close();
  }
}

/** The decoder for Vorbis reads Ogg only, so that the packets are put into pages. */
function* vorbisPages(bytes: Uint8Array, track: WebmTrack): Generator<OggPage> {
  const writer = new OggPageWriter(1);
  const [head, comment, setup] = splitHeaders(track.codecPrivate);
  yield* oggPages(writer.page([head], 0), false);
  yield* oggPages(writer.page([comment, setup], 0), false);
  let position = 0;
  // Positions matter at the end of a stream only, which these pages never say.
  for (const packet of webmPackets(bytes, track.number)) yield* oggPages(writer.page([packet], ++position), false);
}

/** Three headers: their number less one, the sizes of the first two, then all three. */
function splitHeaders(data: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
  if (data[0] !== 2) throw damaged('WebM');
  const first = readXiphSize(data, 1);
  const second = readXiphSize(data, 1 + first.length);
  const start = 1 + first.length + second.length;
  const [middle, end] = [start + first.value, start + first.value + second.value];
  return [data.subarray(start, middle), data.subarray(middle, end), data.subarray(end)];
}
