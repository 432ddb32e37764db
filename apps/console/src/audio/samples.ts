/** Mono, -1 to 1. */
export interface Samples {
  values: Float32Array<ArrayBuffer>;
  /** Hz. */
  sampleRate: number;
}

const PCM_RATE = 24_000;
const HEADER_BYTES = 12;

interface Form {
  sampleRate: number;
  channels: number;
}

/** Reads 16-bit samples out of bytes as they come: bare ones of 24 kHz (`pcm`), or those of a WAV file. */
export class SampleReader {
  private rest = new Uint8Array();
  private form: Form | undefined;
  private begun: boolean;

  constructor(format: 'pcm' | 'wav') {
    this.begun = format === 'pcm';
    if (format === 'pcm') this.form = { sampleRate: PCM_RATE, channels: 1 };
  }

  /** @returns what is whole by now, or nothing yet */
  push(bytes: Uint8Array): Samples | undefined {
    this.rest = joined(this.rest, bytes);
    if (!this.begun && !this.readHeader()) return undefined;
    const { sampleRate, channels } = this.form!;
    const frames = Math.floor(this.rest.byteLength / (2 * channels));
    if (frames === 0) return undefined;
    const values = mixed(this.rest, frames, channels);
    this.rest = this.rest.slice(frames * 2 * channels);
    return { values, sampleRate };
  }

  /** Whether all of the header was there; it is taken out then. The size of a file in the making is not known: all is read. */
  private readHeader(): boolean {
    const view = new DataView(this.rest.buffer, this.rest.byteOffset, this.rest.byteLength);
    let at = HEADER_BYTES;
    while (at + 8 <= view.byteLength) {
      const name = String.fromCodePoint(...this.rest.subarray(at, at + 4));
      const size = view.getUint32(at + 4, true);
      if (name === 'data') {
        this.rest = this.rest.slice(at + 8);
        this.begun = true;
        return true;
      }
      if (at + 8 + size > view.byteLength) return false;
      if (name === 'fmt ') this.form = { channels: view.getUint16(at + 10, true), sampleRate: view.getUint32(at + 12, true) };
      at += 8 + size + (size % 2);
    }
    return false;
  }
}

/** A WAV file of mono samples, 16-bit. */
export function wavOf(parts: readonly Float32Array[], sampleRate: number): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const view = new DataView(new ArrayBuffer(44 + length * 2));
  const write = (at: number, text: string) => Array.from(text, (letter, index) => view.setUint8(at + index, letter.codePointAt(0)!));
  write(0, 'RIFF');
  view.setUint32(4, 36 + length * 2, true);
  write(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, 'data');
  view.setUint32(40, length * 2, true);
  let at = 44;
  for (const part of parts) {
    for (const value of part) {
      view.setInt16(at, Math.round(Math.max(-1, Math.min(1, value)) * 32_767), true);
      at += 2;
    }
  }
  return new Uint8Array(view.buffer);
}

/**
 * The loudest of each of so many stretches, 0 to 1: what a waveform is drawn from.
 * @param count at most; fewer where there are fewer samples
 */
export function peaksOf(values: Float32Array, count: number): Float32Array<ArrayBuffer> {
  const stretches = Math.max(1, Math.min(count, values.length));
  const peaks = new Float32Array(stretches);
  for (let index = 0; index < values.length; index++) {
    const stretch = Math.floor((index * stretches) / values.length);
    peaks[stretch] = Math.max(peaks[stretch]!, Math.abs(values[index]!));
  }
  return peaks;
}

function mixed(bytes: Uint8Array, frames: number, channels: number): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: frames }, (_, frame) => {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += view.getInt16((frame * channels + channel) * 2, true);
    return sum / channels / 32_768;
  });
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
