import { OggVorbisDecoder, type OggVorbisDecodedAudio } from '@wasm-audio-decoders/ogg-vorbis';
import { hasAscii, viewOf } from '../format/bytes.js';
import { damaged } from '../format/damaged.js';
import { oggPages, type OggPage } from '../format/ogg-pages.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';

/** Page by page, so that no piece is longer than a page can hold. */
export async function* decodeOggVorbis(bytes: Uint8Array): AsyncGenerator<PcmChunk> {
  yield* decodeVorbisPages(oggPages(bytes));
}

/** Pages of one or more Vorbis streams one behind the other; pages of other streams are left out. */
export async function* decodeVorbisPages(pages: Iterable<OggPage> | AsyncIterable<OggPage>): AsyncGenerator<PcmChunk> {
  const decoder = new OggVorbisDecoder();
  let serial: number | undefined;
  try {
    await decoder.ready;
    for await (const page of pages) {
      if (page.isFirst && hasAscii(page.bytes, '\u0001vorbis', 28)) {
        checkHead(page.bytes.subarray(28));
        if (serial !== undefined) yield asChunk(await decoder.flush());
        serial = page.serial;
      }
      if (page.serial === serial) yield asChunk(await decoder.decode(page.bytes));
    }
    if (serial !== undefined) yield asChunk(await decoder.flush());
  } finally {
    await decoder.ready.then(() => decoder.free());
  }
}

function asChunk({ channelData, sampleRate }: OggVorbisDecodedAudio): PcmChunk {
  return { channels: channelData, sampleRate };
}

/** The decoder takes memory by what this header says. */
function checkHead(packet: Uint8Array): void {
  if (packet.length < 30) throw damaged('Vorbis');
  const view = viewOf(packet);
  const [channels, sampleRate] = [view.getUint8(11), view.getUint32(12, true)];
  if (channels < 1 || channels > 8 || sampleRate < 1000 || sampleRate > 384_000) throw damaged('Vorbis');
}
