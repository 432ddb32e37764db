import type { AudioConverter } from '@parlance/audio';

const RATE = 24_000;

/** A wav of a tone. */
export async function toneRecording(converter: AudioConverter, seconds: number): Promise<Uint8Array> {
  const samples = Float32Array.from({ length: seconds * RATE }, (_, index) => Math.sin(index / 20) / 2);
  return converter.encode({ samples, sampleRate: RATE }, { format: 'wav' }, new AbortController().signal);
}
