import { readFileSync } from 'node:fs';
import type { SpeechAudio, SpeechRequest, TranscriptionRequest } from '@parlance/contracts';

export const SAMPLE_RATE = 16_000;

/** A signal that never fires. */
export function noSignal(): AbortSignal {
  return new AbortController().signal;
}

export function speechRequest(text: string, changes: Partial<SpeechRequest> = {}): SpeechRequest {
  return { text, model: 'flite', voice: 'slt', language: 'en', format: 'pcm', speed: 1, pitch: 0, volumeGain: 0, ...changes };
}

export function transcriptionRequest(bytes: Uint8Array, changes: Partial<TranscriptionRequest> = {}): TranscriptionRequest {
  return { recording: { bytes, format: 'pcm', sampleRate: SAMPLE_RATE }, model: 'moonshine-tiny', ...changes };
}

export async function bytesOfSpeech(audio: SpeechAudio): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of audio.chunks) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Seconds of 16-bit mono PCM. */
export function secondsOf(bytes: Uint8Array, sampleRate = SAMPLE_RATE): number {
  return bytes.length / 2 / sampleRate;
}

/** Level of 16-bit PCM in dBFS. */
export function loudnessOf(bytes: Uint8Array): number {
  const samples = new Int16Array(Uint8Array.from(bytes).buffer);
  const energy = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return 10 * Math.log10(energy / 32_768 ** 2);
}

/** The fundamental of voiced speech, Hz: the median over its loud frames of the best autocorrelation. */
export function pitchOf(bytes: Uint8Array): number {
  const samples = new Int16Array(Uint8Array.from(bytes).buffer);
  const pitches: number[] = [];
  for (let start = 0; start + 1024 <= samples.length; start += 2048) {
    const frame = samples.subarray(start, start + 1024);
    let best = { correlation: 0.7, lag: 0 };
    for (let lag = 36; lag < 320; lag++) {
      const correlation = correlationAt(frame, lag);
      if (correlation > best.correlation + 0.02) best = { correlation, lag };
    }
    if (best.lag > 0) pitches.push(SAMPLE_RATE / best.lag);
  }
  return pitches.toSorted((a, b) => a - b)[pitches.length >> 1] ?? 0;
}

function correlationAt(frame: Int16Array, lag: number): number {
  let product = 0;
  let energy = 1;
  for (let index = 0; index + lag < frame.length; index++) {
    const early = frame[index] ?? 0;
    const late = frame[index + lag] ?? 0;
    product += early * late;
    energy += (early * early + late * late) / 2;
  }
  return product / energy;
}

/** 11 s of human speech at 16 kHz, without its WAV header. */
export function humanSpeech(): Uint8Array {
  return readFileSync(new URL('../../../../audio/src/__fixtures__/jfk.wav', import.meta.url)).subarray(44);
}

export const HUMAN_TEXT =
  'And so, my fellow Americans, ask not what your country can do for you, ask what you can do for your country.';

/** Made by a formula: sample values in [-1, 1] from their number. */
export function tone(seconds: number, value: (index: number) => number): Uint8Array {
  const samples = Int16Array.from({ length: Math.round(seconds * SAMPLE_RATE) }, (_, index) => Math.round(value(index) * 32_767));
  return new Uint8Array(samples.buffer);
}

export function silence(seconds: number): Uint8Array {
  return tone(seconds, () => 0);
}

/** The same noise in each run. */
export function noise(seconds: number, level: number): Uint8Array {
  let state = 12_345;
  return tone(seconds, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return (state / 0x3f_ff_ff_ff - 1) * level;
  });
}
