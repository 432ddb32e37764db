import { FLACDecoder } from '@wasm-audio-decoders/flac';
import CodecParser, { type CodecFrame } from 'codec-parser';
import { hasAscii } from '../format/bytes.js';
import { damaged, incomplete } from '../format/damaged.js';
import { splitFlacFrames } from '../format/flac-frames.js';
import { flacAudioStart, readStreamInfo, type FlacStreamInfo } from '../format/flac-stream-info.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';

const BYTES_PER_CHUNK = 65_536;
const ID3V1_BYTES = 128;

/** Frame by frame, so that no piece is longer than the 65 535 samples one can hold. */
export async function* decodeFlac(bytes: Uint8Array): AsyncGenerator<PcmChunk> {
  const info = readStreamInfo(bytes);
  const { totalSamples, sampleRate } = info;
  const decoder = new FLACDecoder();
  let given = 0;
  try {
    await decoder.ready;
    for (const frame of flacFrames(withoutTag(bytes.subarray(flacAudioStart(bytes))), info)) {
      const { channelData, errors, samplesDecoded } = await decoder.decodeFrames([frame]);
      // What cannot be decoded is the end of a file that was cut off, or the middle of a damaged one.
      if (errors.length > 0 || samplesDecoded === 0) throw given < totalSamples ? incomplete('FLAC') : damaged('FLAC');
      given += samplesDecoded;
      yield { channels: channelData, sampleRate };
    }
    if (given < totalSamples) throw incomplete('FLAC');
  } finally {
    await decoder.ready.then(() => decoder.free());
  }
}

/**
 * The frames, and last whatever is left. The parser steps over what is no frame: that nothing is missing between
 * two frames is seen by comparing. It also keeps what stands before a last frame that is shorter than it believes
 * frames to be, as one of pure silence is.
 */
function* flacFrames(audio: Uint8Array, info: FlacStreamInfo): Generator<Uint8Array> {
  const parser = new CodecParser<CodecFrame>('audio/flac', { enableFrameCRC32: false });
  let read = 0;
  for (let start = 0; start < audio.length; start += BYTES_PER_CHUNK) {
    const frames = parser.parseChunk(audio.subarray(start, start + BYTES_PER_CHUNK));
    for (let next = frames.next(); next.done !== true; next = frames.next()) {
      const { data } = next.value;
      if (Buffer.compare(data, audio.subarray(read, read + data.length)) !== 0) throw damaged('FLAC');
      read += data.length;
      yield data;
    }
  }
  yield* splitFlacFrames(audio.subarray(read), info);
}

function withoutTag(audio: Uint8Array): Uint8Array {
  return hasAscii(audio, 'TAG', audio.length - ID3V1_BYTES) ? audio.subarray(0, -ID3V1_BYTES) : audio;
}
