import { samplesToPcm16 } from '../pcm/pcm.js';
import type { SampleEncoder } from './sample-encoder.js';

const NOTHING = new Uint8Array(0);

export function createPcmEncoder(): SampleEncoder {
  return { write: samplesToPcm16, finish: () => NOTHING, close: () => undefined };
}

const HEADER_BYTES = 44;
/** The size of what has no end yet. */
const STREAMED = 0xffff_ffff;

export function createWavEncoder(sampleRate: number): SampleEncoder {
  let begun = false;
  const headed = (body: Uint8Array): Uint8Array => {
    if (begun) return body;
    begun = true;
    const bytes = new Uint8Array(HEADER_BYTES + body.length);
    bytes.set(wavHeader(sampleRate, STREAMED));
    bytes.set(body, HEADER_BYTES);
    return bytes;
  };
  return {
    write: (samples) => headed(samplesToPcm16(samples)),
    finish: () => headed(NOTHING),
    complete: (whole) => {
      whole.set(wavHeader(sampleRate, whole.length - HEADER_BYTES));
      return whole;
    },
    close: () => undefined,
  };
}

/** A WAV file of signed 16-bit little-endian samples, those of several channels interleaved. @param sampleRate Hz */
export function wavOf(samples: Uint8Array, sampleRate: number, channels: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + samples.length);
  bytes.set(wavHeader(sampleRate, samples.length, channels));
  bytes.set(samples, HEADER_BYTES);
  return bytes;
}

/** Signed 16-bit. */
function wavHeader(sampleRate: number, dataBytes: number, channels = 1): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  const ascii = (offset: number, text: string) => bytes.set(new TextEncoder().encode(text), offset);
  ascii(0, 'RIFF');
  view.setUint32(4, dataBytes === STREAMED ? STREAMED : dataBytes + HEADER_BYTES - 8, true);
  ascii(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  ascii(36, 'data');
  view.setUint32(40, dataBytes, true);
  return bytes;
}
