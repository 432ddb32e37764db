import { TooLongError } from '@parlance/contracts';
import { joinSamples, type Pcm } from './pcm.js';
import { Resampler } from './resampler.js';

/** A piece of what a decoder gives. */
export interface PcmChunk {
  /** One array per channel, all of one length. */
  channels: readonly Float32Array[];
  /** Hz. */
  sampleRate: number;
}

/** Takes decoded pieces, mixes them to mono and brings them to one rate at once, so that only the result is kept. */
export class PcmSink {
  private readonly pieces: Float32Array[] = [];
  private resampler: Resampler | undefined;
  private inputRate = 0;
  /** Seconds taken so far. */
  duration = 0;
  /** The most channels a piece had. */
  channels = 0;

  /**
   * @param sampleRate Hz; absent: that of the first piece
   * @param maximumSeconds more is refused
   */
  constructor(
    private sampleRate: number | undefined,
    private readonly maximumSeconds: number,
  ) {}

  /** @throws TooLongError */
  write({ channels, sampleRate }: PcmChunk): void {
    const length = channels[0]?.length ?? 0;
    if (length === 0) return;
    this.duration += length / sampleRate;
    if (this.duration > this.maximumSeconds) throw tooLong(this.maximumSeconds);
    this.channels = Math.max(this.channels, channels.length);
    if (this.inputRate !== sampleRate) this.changeRate(sampleRate);
    if (this.resampler !== undefined) this.keep(this.resampler.process(mix(channels, length)));
  }

  finish(): Pcm {
    if (this.resampler !== undefined) this.keep(this.resampler.flush());
    return { samples: joinSamples(this.pieces.splice(0)), sampleRate: this.sampleRate ?? this.inputRate };
  }

  private changeRate(sampleRate: number): void {
    if (this.resampler !== undefined) this.keep(this.resampler.flush());
    this.sampleRate ??= sampleRate;
    this.inputRate = sampleRate;
    this.resampler = new Resampler(sampleRate, this.sampleRate);
  }

  private keep(samples: Float32Array): void {
    for (let index = 0; index < samples.length; index++) {
      const value = samples[index] ?? 0;
      if (value > 1) samples[index] = 1;
      else if (value < -1) samples[index] = -1;
    }
    if (samples.length > 0) this.pieces.push(samples);
  }
}

export function tooLong(maximumSeconds: number): TooLongError {
  return new TooLongError(`The recording is longer than ${maximumSeconds} seconds, the limit: send a shorter one.`, maximumSeconds);
}

/** The mean of the channels, in an array of its own; what is no number is silence. */
function mix(channels: readonly Float32Array[], length: number): Float32Array {
  const mixed = new Float32Array(length);
  for (const channel of channels) {
    for (let index = 0; index < length; index++) {
      const value = channel[index] ?? 0;
      mixed[index] = (mixed[index] ?? 0) + (Number.isFinite(value) ? value : 0);
    }
  }
  if (channels.length > 1) for (let index = 0; index < length; index++) mixed[index] = (mixed[index] ?? 0) / channels.length;
  return mixed;
}
