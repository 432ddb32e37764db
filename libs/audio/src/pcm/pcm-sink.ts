import { TooLongError } from '@parlance/contracts';
import type { Samples } from './pcm.js';
import { Resampler } from './resampler.js';
import { SampleStore, type SampleForm } from './sample-store.js';

/** A piece of what a decoder gives. */
export interface PcmChunk {
  /** One array per channel, all of one length. */
  channels: readonly Float32Array[];
  /** Hz. */
  sampleRate: number;
}

/** Seconds that there may be more than a container says, so that the whole still lies where it was put. */
const EXTRA_SECONDS = 1;

/** Takes decoded pieces, mixes them to mono and brings them to one rate at once, so that only the result is kept. */
export class PcmSink<Kept extends Samples> {
  private kept: SampleStore<Kept> | undefined;
  private resampler: Resampler | undefined;
  private inputRate = 0;
  /** Seconds taken so far. */
  duration = 0;
  /** The most channels a piece had. */
  channels = 0;

  /**
   * @param sampleRate Hz; absent: that of the first piece
   * @param maximumSeconds more is refused
   * @param announced how many seconds the container says there are, no more than `maximumSeconds`
   */
  constructor(
    private sampleRate: number | undefined,
    private readonly maximumSeconds: number,
    private readonly form: SampleForm<Kept>,
    private readonly announced?: number,
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

  finish(): { samples: Kept; sampleRate: number } {
    if (this.resampler !== undefined) this.keep(this.resampler.flush());
    return { samples: this.kept?.take() ?? this.form.create(0), sampleRate: this.sampleRate ?? this.inputRate };
  }

  private changeRate(sampleRate: number): void {
    if (this.resampler !== undefined) this.keep(this.resampler.flush());
    this.sampleRate ??= sampleRate;
    this.inputRate = sampleRate;
    this.resampler = new Resampler(sampleRate, this.sampleRate);
    const expected = this.announced === undefined ? undefined : Math.ceil((this.announced + EXTRA_SECONDS) * this.sampleRate);
    this.kept ??= new SampleStore(this.form, this.sampleRate, expected);
  }

  private keep(samples: Float32Array): void {
    this.kept?.add(samples);
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
