import type { SpeechRequest } from '@parlance/contracts';
import { nearestRate } from '../requests/nearest-rate.js';

export const SPEECH_FORMATS = ['mp3', 'opus', 'pcm'] as const;
export type ElevenlabsFormat = (typeof SPEECH_FORMATS)[number];

interface OutputFormats {
  /** Hz. */
  usual: number;
  /** Hz -> the vendor's name. */
  names: Readonly<Record<number, string>>;
}

const OUTPUT_FORMATS: Readonly<Record<ElevenlabsFormat, OutputFormats>> = {
  mp3: { usual: 44_100, names: { 22_050: 'mp3_22050_32', 24_000: 'mp3_24000_48', 44_100: 'mp3_44100_128' } },
  opus: { usual: 48_000, names: { 48_000: 'opus_48000_64' } },
  pcm: {
    usual: 24_000,
    names: {
      8000: 'pcm_8000',
      16_000: 'pcm_16000',
      22_050: 'pcm_22050',
      24_000: 'pcm_24000',
      32_000: 'pcm_32000',
      44_100: 'pcm_44100',
      48_000: 'pcm_48000',
    },
  },
};

/** The `output_format` for a request, at the rate nearest to what was wished for, in Hz. */
export function outputFormat({ format, sampleRate: wish }: SpeechRequest): { name: string; sampleRate: number } {
  // The request has been checked against the declared formats.
  const { usual, names } = OUTPUT_FORMATS[format as ElevenlabsFormat];
  const sampleRate = wish === undefined ? usual : nearestRate(Object.keys(names).map(Number), wish);
  return { name: names[sampleRate] ?? '', sampleRate };
}
