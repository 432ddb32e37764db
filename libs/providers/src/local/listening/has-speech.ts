import { throwIfAborted } from '@parlance/contracts';
import { secondsOf, type Detect } from './pieces.js';

const SAMPLE_RATE = 16_000;
/** Seconds the detector is given at once. */
const STRETCH = 30;
/** Seconds of speech, all in all, below which it may have been a click, a knock or a cough. */
const LEAST_SPEECH = 0.3;

/**
 * Whether somebody speaks in a recording, which is looked through only as far as it takes to know.
 * @param samples 16 kHz, mono, of any length
 * @throws AbortedError, and what the detector throws
 */
export async function hasSpeech(samples: Int16Array, detect: Detect, signal: AbortSignal): Promise<boolean> {
  throwIfAborted(signal);
  let seconds = 0;
  for (let start = 0; start < samples.length; start += STRETCH * SAMPLE_RATE) {
    seconds += secondsOf(await detect(samples.subarray(start, start + STRETCH * SAMPLE_RATE)));
    if (seconds >= LEAST_SPEECH) return true;
  }
  return false;
}
