import { peaksOf } from './samples.js';

/** What a waveform is drawn from. */
export interface Drawing {
  peaks: Float32Array<ArrayBuffer>;
  /** Seconds. */
  duration: number;
}

/** Enough for the eye, and an hour of it is 115 MB while it is looked at. */
const SAMPLE_RATE = 8000;
const LARGEST_BYTES = 64 * 1024 * 1024;
const PEAKS = 2000;

/** How audio looks; nothing where the browser cannot decode it, or where it is too long to be looked at. */
export async function draw(audio: Blob): Promise<Drawing | undefined> {
  if (audio.size > LARGEST_BYTES) return undefined;
  try {
    const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
    const decoded = await context.decodeAudioData(await audio.arrayBuffer());
    return { peaks: peaksOf(decoded.getChannelData(0), PEAKS), duration: decoded.duration };
  } catch {
    return undefined;
  }
}
