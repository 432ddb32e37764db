import type { AudioFormat } from '@parlance/contracts';

/** A letter or digit takes about 65 ms to speak: a thirteenth of that is no speech any more. */
const LEAST_SECONDS_PER_LETTER = 0.005;

/** Bytes of one second at the lowest rate that anybody encodes speech with. */
const LEAST_BYTES_PER_SECOND: Readonly<Record<Exclude<AudioFormat, 'pcm' | 'wav'>, number>> = { mp3: 1000, opus: 500, aac: 750, flac: 500 };

/** Seconds below which audio cannot be that text. */
export function leastSeconds(text: string, speed: number): number {
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return (letters * LEAST_SECONDS_PER_LETTER) / Math.max(1, speed);
}

/** Bytes below which encoded audio cannot be that long. */
export function leastBytes(seconds: number, format: AudioFormat, sampleRate: number): number {
  const perSecond = format === 'pcm' || format === 'wav' ? sampleRate * 2 : LEAST_BYTES_PER_SECOND[format];
  return Math.floor(seconds * perSecond);
}
