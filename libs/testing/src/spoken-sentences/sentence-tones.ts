/** Tones of one sentence, in this order: its start, three digits, its end. */
export const SYMBOLS = 5;
const DIGITS = 10;
/** Digits of the first and third place, digits of the second, start, end: a digit that is said twice is two symbols. */
const TONES = 2 * DIGITS + 2;
/** Hz; up to 2970, so that 8 kHz hold them all, and far enough apart for windows of 20 ms. */
const LOWEST = 450;
const SPACING = 120;

export const START = 2 * DIGITS;
export const END = START + 1;
/** Of each tone, Hz. */
export const FREQUENCIES: readonly number[] = Array.from({ length: TONES }, (_, tone) => LOWEST + SPACING * tone);

/** The tones of a sentence. @param number 0-999 */
export function tonesOf(number: number): number[] {
  const [hundreds, tens, ones] = [Math.floor(number / 100), Math.floor(number / 10) % 10, number % 10];
  return [START, hundreds, DIGITS + tens, ones, END];
}

/** The sentence that has these tones; `undefined` when they are not those of a whole one. */
export function numberOf(tones: readonly number[]): number | undefined {
  const [start, hundreds = NaN, tens = NaN, ones = NaN, end] = tones;
  const isWhole = tones.length === SYMBOLS && start === START && end === END;
  const number = hundreds * 100 + (tens - DIGITS) * 10 + ones;
  return isWhole && hundreds < DIGITS && tens >= DIGITS && tens < START && ones < DIGITS ? number : undefined;
}
