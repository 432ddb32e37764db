import { joinSamples, writeInteger16, type Samples } from './pcm.js';

/** Seconds of room that is made at a time where more comes than was expected, or nobody knows how much will. */
const BLOCK_SECONDS = 30;

/** How samples are kept. */
export interface SampleForm<Kept extends Samples> {
  create: (length: number) => Kept;
  /** Puts samples in their place; what is louder than full scale is clipped. */
  write(samples: Float32Array, kept: Kept, offset: number): void;
}

export const FLOATS: SampleForm<Float32Array> = {
  create: (length) => new Float32Array(length),
  write: (samples, kept, offset) => {
    for (let index = 0; index < samples.length; index++) kept[offset + index] = Math.max(-1, Math.min(1, samples[index] ?? 0));
  },
};

/** Half of the memory; loses what no recogniser is sent. */
export const INTEGERS: SampleForm<Int16Array> = { create: (length) => new Int16Array(length), write: writeInteger16 };

/**
 * Keeps samples that come in pieces. What was expected is kept where it will stay: of hours, pieces and the whole at
 * once would be twice the memory. Room that is not used is not there yet, as systems give memory.
 */
export class SampleStore<Kept extends Samples> {
  private readonly full: Kept[] = [];
  private block: Kept;
  private used = 0;

  /** @param expected samples, where it is known; a few more than come are better than one less */
  constructor(
    private readonly form: SampleForm<Kept>,
    private readonly sampleRate: number,
    expected: number | undefined,
  ) {
    this.block = form.create(expected ?? BLOCK_SECONDS * sampleRate);
  }

  add(samples: Float32Array): void {
    for (let taken = 0; taken < samples.length;) {
      if (this.used === this.block.length) this.beginBlock();
      const part = samples.subarray(taken, taken + this.block.length - this.used);
      this.form.write(part, this.block, this.used);
      this.used += part.length;
      taken += part.length;
    }
  }

  /** All of them; nothing may be added afterwards. */
  take(): Kept {
    const last = this.block.subarray(0, this.used) as Kept;
    if (this.full.length === 0) return last;
    return joinSamples([...this.full.splice(0), last], this.form.create);
  }

  private beginBlock(): void {
    this.full.push(this.block);
    this.block = this.form.create(BLOCK_SECONDS * this.sampleRate);
    this.used = 0;
  }
}
