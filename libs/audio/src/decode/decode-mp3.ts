import { MPEGDecoder } from 'mpg123-decoder';
import { id3Length } from '../format/bytes.js';
import { damaged } from '../format/damaged.js';
import { mpegFrames } from '../format/mpeg-frames.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';

/** Bytes handed over at a time: at most a few seconds of audio, at any bit rate. */
const BYTES_PER_CHUNK = 8192;

/** Only whole frames reach the decoder; a last one that was cut off is left out, as players do. */
export async function* decodeMp3(bytes: Uint8Array): AsyncGenerator<PcmChunk> {
  const decoder = new MPEGDecoder();
  try {
    await decoder.ready;
    for (const { start, end, channels } of readableStretches(bytes)) {
      const { channelData, sampleRate } = decoder.decode(bytes.subarray(start, end));
      // The decoder gives mono twice.
      if (sampleRate > 0) yield { channels: channelData.slice(0, channels), sampleRate };
    }
  } finally {
    await decoder.ready.then(() => decoder.free());
  }
}

/** Stretches of whole frames. A file most of which is no MP3 is damaged, whatever may be decoded from it. */
function readableStretches(bytes: Uint8Array): { start: number; end: number; channels: number }[] {
  const stretches: { start: number; end: number; channels: number }[] = [];
  let readable = 0;
  for (const frame of mpegFrames(bytes)) {
    readable += frame.length;
    const last = stretches.at(-1);
    if (last?.end === frame.start && last.channels === frame.channels && frame.start - last.start < BYTES_PER_CHUNK)
      last.end += frame.length;
    else stretches.push({ start: frame.start, end: frame.start + frame.length, channels: frame.channels });
  }
  const first = stretches[0]?.start ?? id3Length(bytes);
  if (readable * 2 < bytes.length - first) throw damaged('MP3');
  return stretches;
}
