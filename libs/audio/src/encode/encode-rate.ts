import { InvalidRequestError, type AudioFormat } from '@parlance/contracts';
import { audioFormatInfo } from '../format/audio-format-info.js';

const LOWEST = 8000;
const HIGHEST = 48_000;
const RATES: Readonly<Partial<Record<AudioFormat, readonly number[]>>> = {
  opus: [8000, 12_000, 16_000, 24_000, 48_000],
  mp3: [16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
  aac: [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000],
};

/**
 * The rate a format is encoded at: the asked one where the format has it, else its next higher one.
 * @throws InvalidRequestError when the asked rate is not 8000 to 48000 Hz
 */
export function encodeRate(format: AudioFormat, asked: number | undefined): number {
  if (asked === undefined) return audioFormatInfo(format).defaultSampleRate;
  if (!Number.isInteger(asked) || asked < LOWEST || asked > HIGHEST) {
    throw new InvalidRequestError(`'sample_rate' must be a whole number from ${LOWEST} to ${HIGHEST} Hz.`, 'sample_rate');
  }
  return RATES[format]?.find((rate) => rate >= asked) ?? asked;
}
