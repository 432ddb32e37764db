import { loadFlac } from './flac-library.js';
import { joinBytes } from '../format/bytes.js';
import { samplesToInteger16 } from '../pcm/pcm.js';
import type { SampleEncoder } from './sample-encoder.js';

const COMPRESSION_LEVEL = 5;
/** Where the STREAMINFO block begins: behind `fLaC` and the block's own header. */
const STREAM_INFO = 8;

export async function createFlacEncoder(sampleRate: number): Promise<SampleEncoder> {
  const flac = await loadFlac();
  const encoder = flac.create_libflac_encoder(sampleRate, 1, 16, COMPRESSION_LEVEL, 0, false);
  if (encoder === 0) throw new Error('libFLAC gave no encoder.');
  const ready: Uint8Array[] = [];
  let closed = false;
  let final: Parameters<Parameters<typeof flac.init_encoder_stream>[2] & object>[0];
  flac.init_encoder_stream(
    encoder,
    (data) => {
      ready.push(data.slice());
    },
    (metadata) => (final = metadata),
  );
  const close = () => {
    if (!closed) flac.FLAC__stream_encoder_delete(encoder);
    closed = true;
  };
  return {
    write: (samples) => {
      const integers = Int32Array.from(samplesToInteger16(samples));
      if (integers.length > 0 && !flac.FLAC__stream_encoder_process_interleaved(encoder, integers, integers.length)) {
        throw new Error('libFLAC did not take the samples.');
      }
      return joinBytes(ready.splice(0));
    },
    finish: () => {
      flac.FLAC__stream_encoder_finish(encoder);
      close();
      return joinBytes(ready.splice(0));
    },
    complete: (whole) => {
      if (final !== undefined) writeStreamInfo(whole, final);
      return whole;
    },
    close,
  };
}

/** Frame sizes, total and checksum, which are known at the end only. */
function writeStreamInfo(
  bytes: Uint8Array<ArrayBuffer>,
  info: { min_framesize: number; max_framesize: number; total_samples: number; md5sum: string },
): void {
  const view = new DataView(bytes.buffer);
  const uint24 = (offset: number, value: number) => bytes.set([value >> 16, (value >> 8) & 0xff, value & 0xff], offset);
  uint24(STREAM_INFO + 4, info.min_framesize);
  uint24(STREAM_INFO + 7, info.max_framesize);
  const depthBits = (bytes[STREAM_INFO + 13] ?? 0) & 0xf0;
  bytes[STREAM_INFO + 13] = depthBits | Math.floor(info.total_samples / 2 ** 32);
  view.setUint32(STREAM_INFO + 14, info.total_samples % 2 ** 32);
  bytes.set(Buffer.from(info.md5sum, 'hex'), STREAM_INFO + 18);
}
