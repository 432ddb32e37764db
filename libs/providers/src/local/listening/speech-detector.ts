import { ThreadPool } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';

/** Seconds. */
export interface TimeRange {
  start: number;
  end: number;
}

/** Two threads: a long recording, taken in stretches, then never keeps a short one waiting for more than one of them. */
const THREADS = 2;

/** Finds where there is speech, off the event loop: it takes about 4 ms for a second of audio. */
export class SpeechDetector {
  private readonly pool = new ThreadPool(new URL('./listening.thread.js', import.meta.url), THREADS, { isNative: true });

  /**
   * @param samples 16 kHz; at most about 30 s
   * @returns the stretches of speech in order, in seconds from the start of the samples
   */
  async detect(samples: Int16Array, signal?: AbortSignal): Promise<TimeRange[]> {
    const copy = new Int16Array(samples);
    try {
      return await this.pool.call<TimeRange[]>(
        'detect',
        { samples: copy },
        { transfer: [copy.buffer], ...(signal === undefined ? {} : { signal }) },
      );
    } catch (cause) {
      if (cause instanceof ParlanceError) throw cause;
      throw new ParlanceError('server', 'The embedded speech detector failed.', { provider: 'local', cause });
    }
  }

  /** The text of the vocabulary file the embedded recogniser needs. */
  vocabulary(): Promise<string> {
    return this.pool.call<string>('vocabulary', {});
  }

  async warmUp(): Promise<void> {
    await this.pool.warmUp('detect', { samples: new Int16Array(1600) });
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
