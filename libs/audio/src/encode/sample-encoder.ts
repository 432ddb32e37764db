/** Encodes mono samples of one rate as they come. */
export interface SampleEncoder {
  /** What is ready after these samples; may be empty. */
  write(samples: Float32Array): Uint8Array;
  /** The rest; nothing may be written afterwards. */
  finish(): Uint8Array;
  /** Puts into the whole file, and only there, what is known at its end: sizes, totals. Called after `finish`. */
  complete?(whole: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** Frees everything; may be called at any time, and again. */
  close(): void;
}
