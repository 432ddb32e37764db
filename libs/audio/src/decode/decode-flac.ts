import { FLACDecoder } from '@wasm-audio-decoders/flac';
import { BufferSource, EncodedPacketSink, FLAC, Input } from 'mediabunny';
import { id3Length } from '../format/bytes.js';
import { damaged, incomplete } from '../format/damaged.js';
import { readStreamInfo } from '../format/flac-stream-info.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';

/** Frame by frame, so that no piece is longer than the 65 535 samples one can hold. */
export async function* decodeFlac(bytes: Uint8Array): AsyncGenerator<PcmChunk> {
  const { totalSamples, sampleRate } = readStreamInfo(bytes);
  const input = new Input({ source: new BufferSource(bytes.subarray(id3Length(bytes))), formats: [FLAC] });
  const decoder = new FLACDecoder();
  let given = 0;
  try {
    await decoder.ready;
    const track = await input.getPrimaryAudioTrack();
    if (track === null) throw incomplete('FLAC');
    for await (const packet of new EncodedPacketSink(track).packets()) {
      const { channelData, errors, samplesDecoded } = await decoder.decodeFrames([packet.data]);
      if (errors.length > 0) throw given > 0 && given < totalSamples ? incomplete('FLAC') : damaged('FLAC');
      given += samplesDecoded;
      yield { channels: channelData, sampleRate };
    }
    if (given < totalSamples) throw incomplete('FLAC');
  } finally {
    input.dispose();
    await decoder.ready.then(() => decoder.free());
  }
}
