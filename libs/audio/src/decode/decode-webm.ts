import { UnsupportedError } from '@parlance/contracts';
import { BufferSource, EncodedPacketSink, Input, MATROSKA, WEBM, type InputAudioTrack } from 'mediabunny';
import { damaged, withoutAudio } from '../format/damaged.js';
import { oggPages, type OggPage } from '../format/ogg-pages.js';
import { OggPageWriter } from '../format/ogg-page-writer.js';
import { readOpusHead } from '../format/opus-packets.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';
import { decodeVorbisPages } from './decode-ogg-vorbis.js';
import { OpusStream } from './opus-stream.js';

export async function* decodeWebm(bytes: Uint8Array, sampleRate: number | undefined): AsyncGenerator<PcmChunk> {
  const input = new Input({ source: new BufferSource(bytes), formats: [WEBM, MATROSKA] });
  try {
    const track = await input.getPrimaryAudioTrack();
    if (track === null) throw withoutAudio('WebM');
    const codec = await track.getCodec();
    if (codec === 'opus') yield* decodeOpusTrack(track, sampleRate);
    else if (codec === 'vorbis') yield* decodeVorbisPages(vorbisPages(track));
    else throw new UnsupportedError('Only Opus and Vorbis can be read from WebM: send one of these, or WAV, MP3, Ogg or FLAC.', 'file');
  } finally {
    input.dispose();
  }
}

async function* decodeOpusTrack(track: InputAudioTrack, sampleRate: number | undefined): AsyncGenerator<PcmChunk> {
  const stream = new OpusStream(readOpusHead(await codecPrivate(track)), sampleRate);
  try {
    for await (const packet of new EncodedPacketSink(track).packets()) yield await stream.decode(packet.data);
  } finally {
    await stream.close();
  }
}

/** The decoder for Vorbis reads Ogg only, so that the packets are put into pages. */
async function* vorbisPages(track: InputAudioTrack): AsyncGenerator<OggPage> {
  const [head, comment, setup] = splitHeaders(await codecPrivate(track));
  if (head === undefined || comment === undefined || setup === undefined) throw damaged('WebM');
  const rate = await track.getSampleRate();
  const writer = new OggPageWriter(1);
  yield* oggPages(writer.page([head], 0));
  yield* oggPages(writer.page([comment, setup], 0));
  for await (const { data, timestamp } of new EncodedPacketSink(track).packets()) {
    yield* oggPages(writer.page([data], Math.max(1, Math.round(timestamp * rate))));
  }
}

async function codecPrivate(track: InputAudioTrack): Promise<Uint8Array> {
  // The declared type belongs to the browser's library.
  const config = (await track.getDecoderConfig()) as { description?: ArrayBuffer | ArrayBufferView } | null;
  const description = config?.description;
  if (description === undefined) throw damaged('WebM');
  if (!ArrayBuffer.isView(description)) return new Uint8Array(description);
  return new Uint8Array(description.buffer, description.byteOffset, description.byteLength);
}

/** Three headers: their number less one, the sizes of the first two as sums of bytes, then all three. */
function splitHeaders(data: Uint8Array): Uint8Array[] {
  if (data[0] !== 2) throw damaged('WebM');
  let offset = 1;
  const sizes = [0, 0].map(() => {
    let size = 0;
    for (; data[offset] === 255; offset++) size += 255;
    return size + (data[offset++] ?? 0);
  });
  const [first = 0, second = 0] = sizes;
  return [
    data.subarray(offset, offset + first),
    data.subarray(offset + first, offset + first + second),
    data.subarray(offset + first + second),
  ];
}
