import type { AudioFormat } from '@parlance/contracts';
import { joinBytes } from '../format/bytes.js';
import { requireRate, type Pcm } from '../pcm/pcm.js';
import { Resampler } from '../pcm/resampler.js';
import { createPcmEncoder, createWavEncoder } from './pcm-encoders.js';
import type { SampleEncoder } from './sample-encoder.js';

/** What is encoded without a program of the system. */
export type EmbeddedAudioFormat = Exclude<AudioFormat, 'aac'>;

/** Codecs are loaded when the first of their kind is wanted. */
const ENCODERS: Readonly<Record<EmbeddedAudioFormat, (sampleRate: number) => Promise<SampleEncoder>>> = {
  pcm: () => Promise.resolve(createPcmEncoder()),
  wav: (sampleRate) => Promise.resolve(createWavEncoder(sampleRate)),
  opus: async (sampleRate) => new (await import('./opus-encoder.js')).OpusEncoder(sampleRate),
  mp3: async (sampleRate) => (await import('./mp3-encoder.js')).createMp3Encoder(sampleRate),
  flac: async (sampleRate) => (await import('./flac-encoder.js')).createFlacEncoder(sampleRate),
};

/** Takes audio of any rate, which may change on the way, and encodes it at one. */
export class StreamEncoder {
  private resampler: Resampler | undefined;
  private inputRate = 0;

  private constructor(
    private readonly encoder: SampleEncoder,
    private readonly sampleRate: number,
  ) {}

  static async open(format: EmbeddedAudioFormat, sampleRate: number): Promise<StreamEncoder> {
    return new StreamEncoder(await ENCODERS[format](sampleRate), sampleRate);
  }

  write(pcm: Pcm): Uint8Array {
    const pieces: Uint8Array[] = [];
    requireRate(pcm.sampleRate);
    if (this.inputRate !== pcm.sampleRate) {
      if (this.resampler !== undefined) pieces.push(this.encoder.write(this.resampler.flush()));
      this.resampler = new Resampler(pcm.sampleRate, this.sampleRate);
      this.inputRate = pcm.sampleRate;
    }
    if (this.resampler !== undefined) pieces.push(this.encoder.write(this.resampler.process(pcm.samples)));
    return joinBytes(pieces);
  }

  finish(): Uint8Array {
    const rest = this.resampler === undefined ? [] : [this.encoder.write(this.resampler.flush())];
    return joinBytes([...rest, this.encoder.finish()]);
  }

  complete(whole: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    return this.encoder.complete?.(whole) ?? whole;
  }

  close(): void {
    this.encoder.close();
  }
}
