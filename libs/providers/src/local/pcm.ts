/** Bytes handed out at once: half a second at 16 kHz. */
const CHUNK_BYTES = 16_000;
/** Quiet recordings are raised to this peak, by no more than the largest gain. */
const WANTED_PEAK = 0.5;
const LARGEST_GAIN = 30;

/** The factor of a gain in decibels. */
export function gainFactor(decibels: number): number {
  return 10 ** (decibels / 20);
}

/** Multiplies 16-bit samples in place. What would leave the range is bent back into it, which is heard less than clipping. */
export function applyGain(samples: Int16Array, factor: number): void {
  if (factor === 1) return;
  const knee = 0.8;
  const room = 0.19;
  for (let index = 0; index < samples.length; index++) {
    const value = ((samples[index] ?? 0) / 32_768) * factor;
    const level = Math.abs(value);
    const kept = level <= knee ? level : knee + room * Math.tanh((level - knee) / room);
    samples[index] = Math.round(Math.sign(value) * kept * 32_767);
  }
}

/** The bytes of 16-bit samples, little-endian as every machine Node runs these engines on is. */
export function bytesOf(samples: Int16Array): Uint8Array {
  return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** 16-bit samples of raw bytes; an odd byte at the end is left out. Shares the memory where its alignment allows. */
export function samplesOf(bytes: Uint8Array): Int16Array<ArrayBuffer> {
  const length = bytes.length >> 1;
  if (bytes.byteOffset % 2 === 0 && bytes.buffer instanceof ArrayBuffer) return new Int16Array(bytes.buffer, bytes.byteOffset, length);
  return new Int16Array(bytes.slice(0, length * 2).buffer);
}

/** Samples in [-1, 1] as 16-bit ones. */
export function quantise(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (value) => Math.round(Math.max(-1, Math.min(1, value)) * 32_767));
}

/** 16-bit samples as numbers in [-1, 1], which is how the recognisers take them. */
export function toFloats(samples: Int16Array, factor = 1): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(samples.length);
  const scale = factor / 32_768;
  for (let index = 0; index < floats.length; index++) floats[index] = (samples[index] ?? 0) * scale;
  return floats;
}

/** The factor that raises a quiet recording to a level the recognisers were made for; 1 for others. */
export function levelFactor(samples: Int16Array): number {
  let peak = 1;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return Math.max(1, Math.min(LARGEST_GAIN, (WANTED_PEAK * 32_768) / peak));
}

/** Cuts bytes into pieces that are worth sending on. */
export function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += CHUNK_BYTES) yield bytes.subarray(start, start + CHUNK_BYTES);
}
