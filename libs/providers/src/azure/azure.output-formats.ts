import type { AudioFormat } from '@parlance/contracts';
import { nearestRate } from '../requests/nearest-rate.js';

const SAMPLES: Readonly<Record<number, string>> = {
  8000: '8khz-16bit-mono-pcm',
  16_000: '16khz-16bit-mono-pcm',
  22_050: '22050hz-16bit-mono-pcm',
  24_000: '24khz-16bit-mono-pcm',
  44_100: '44100hz-16bit-mono-pcm',
  48_000: '48khz-16bit-mono-pcm',
};

/** Azure's names, by format and Hz. */
const NAMES = {
  mp3: {
    16_000: 'audio-16khz-128kbitrate-mono-mp3',
    24_000: 'audio-24khz-96kbitrate-mono-mp3',
    48_000: 'audio-48khz-192kbitrate-mono-mp3',
  },
  opus: { 16_000: 'ogg-16khz-16bit-mono-opus', 24_000: 'ogg-24khz-16bit-mono-opus', 48_000: 'ogg-48khz-16bit-mono-opus' },
  wav: prefixed('riff'),
  pcm: prefixed('raw'),
} as const satisfies Partial<Record<AudioFormat, Readonly<Record<number, string>>>>;

export const AZURE_FORMATS = Object.keys(NAMES) as (keyof typeof NAMES)[];

/** The rate is the one wished for, or the next Azure has; 24 kHz is what its voices are made in. */
export function azureOutput(format: AudioFormat, wish = 24_000): { name: string; sampleRate: number } | undefined {
  const names: Readonly<Record<number, string>> | undefined = (NAMES as Partial<Record<AudioFormat, Readonly<Record<number, string>>>>)[
    format
  ];
  if (names === undefined) return undefined;
  const sampleRate = nearestRate(Object.keys(names).map(Number), wish);
  const name = names[sampleRate];
  return name === undefined ? undefined : { name, sampleRate };
}

function prefixed(prefix: string): Readonly<Record<number, string>> {
  return Object.fromEntries(Object.entries(SAMPLES).map(([rate, name]) => [Number(rate), `${prefix}-${name}`]));
}
