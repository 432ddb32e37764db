import { hasAscii } from '../format/bytes.js';
import { opusStart } from '../format/measure-duration.js';
import { oggPackets } from '../format/ogg-pages.js';
import { OPUS_RATE, readOpusHead } from '../format/opus-packets.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';
import { OpusStream } from './opus-stream.js';

interface Logical {
  serial: number;
  stream: OpusStream;
  preSkip: number;
  /** The position of the first sample. */
  start: number | undefined;
  /** Samples at 48 kHz given so far. */
  given: number;
}

/** Streams one behind the other are one recording; others beside them (pictures, video) are left out. */
export async function* decodeOggOpus(bytes: Uint8Array, sampleRate: number | undefined): AsyncGenerator<PcmChunk> {
  let logical: Logical | undefined;
  try {
    for (const { data, page } of oggPackets(bytes)) {
      if (page.isFirst && hasAscii(data, 'OpusHead')) {
        await logical?.stream.close();
        const head = readOpusHead(data);
        logical = { serial: page.serial, stream: new OpusStream(head, sampleRate), preSkip: head.preSkip, start: undefined, given: 0 };
      } else if (logical !== undefined && page.serial === logical.serial && data.length > 0 && !hasAscii(data, 'OpusTags')) {
        logical.start ??= opusStart(page);
        // Only the last page says where within it the audio ends.
        const end = page.isLast && page.granule !== undefined ? page.granule - logical.start - logical.preSkip : Infinity;
        const chunk = await logical.stream.decode(data, end - logical.given);
        logical.given += ((chunk.channels[0]?.length ?? 0) * OPUS_RATE) / chunk.sampleRate;
        yield chunk;
      }
    }
  } finally {
    await logical?.stream.close();
  }
}
