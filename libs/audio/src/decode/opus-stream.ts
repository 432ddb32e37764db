import { OpusDecoder } from 'opus-decoder';
import { damaged } from '../format/damaged.js';
import { OPUS_RATE, type OpusHead } from '../format/opus-packets.js';
import type { PcmChunk } from '../pcm/pcm-sink.js';

type OpusSampleRate = 8000 | 12_000 | 16_000 | 24_000 | 48_000;
const SAMPLE_RATES: readonly OpusSampleRate[] = [8000, 12_000, 16_000, 24_000, 48_000];
/** The longest packet there is (120 ms) at the highest bit rate; the decoder's own input buffer is this large. */
const BYTES_PER_CHANNEL = 3840;

/** Decodes the packets of one Opus stream, whatever container they came in. */
export class OpusStream {
  readonly sampleRate: OpusSampleRate;
  private readonly decoder: OpusDecoder<OpusSampleRate>;

  /** @param wanted Hz: Opus decodes straight to any rate of its own, others take the full one */
  constructor(
    private readonly head: OpusHead,
    wanted: number | undefined,
  ) {
    this.sampleRate = SAMPLE_RATES.find((rate) => rate === wanted) ?? OPUS_RATE;
    this.decoder = new OpusDecoder({
      channels: head.channels,
      streamCount: head.streamCount,
      coupledStreamCount: head.coupledStreamCount,
      channelMappingTable: head.channelMapping,
      preSkip: Math.round((head.preSkip * this.sampleRate) / OPUS_RATE),
      sampleRate: this.sampleRate,
    });
  }

  /**
   * @param limit samples at 48 kHz that may still come out
   * @throws InvalidRequestError
   */
  async decode(packet: Uint8Array, limit = Infinity): Promise<PcmChunk> {
    if (packet.length > BYTES_PER_CHANNEL * this.head.channels) throw damaged('Opus');
    await this.decoder.ready;
    const { channelData, errors, samplesDecoded } = this.decoder.decodeFrame(packet);
    if (errors.length > 0) throw damaged('Opus');
    const length = Math.min(samplesDecoded, Math.max(0, Math.round((limit * this.sampleRate) / OPUS_RATE)));
    return { channels: channelData.map((samples) => this.amplify(samples.subarray(0, length))), sampleRate: this.sampleRate };
  }

  async close(): Promise<void> {
    await this.decoder.ready;
    this.decoder.free();
  }

  private amplify(samples: Float32Array): Float32Array {
    return this.head.gain === 1 ? samples : samples.map((value) => value * this.head.gain);
  }
}
