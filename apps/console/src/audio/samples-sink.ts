import { SampleReader, wavOf } from './samples.js';
import { Schedule } from './schedule.js';
import type { Sink } from './sink.js';

/** Puts samples together as they come, and has them heard one after the other (Web Audio). */
export class SamplesSink implements Sink {
  private readonly context = new AudioContext();
  private readonly schedule = new Schedule();
  private readonly reader: SampleReader;
  private readonly parts: Float32Array<ArrayBuffer>[] = [];
  private sampleRate = 0;
  private hasEnded = false;

  /** @param onProgress is told the position, in seconds of the audio, and whether everything has been heard */
  constructor(
    format: 'pcm' | 'wav',
    private readonly onProgress: (seconds: number, isOver: boolean) => void,
  ) {
    this.reader = new SampleReader(format);
    // Made in the press of a button: it may sound at once.
    this.resume();
    requestAnimationFrame(this.look);
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    const samples = this.reader.push(bytes);
    if (samples === undefined) return;
    const { values, sampleRate } = samples;
    this.parts.push(values);
    this.sampleRate = sampleRate;
    const buffer = this.context.createBuffer(1, values.length, sampleRate);
    buffer.copyToChannel(values, 0);
    const node = this.context.createBufferSource();
    node.buffer = buffer;
    node.connect(this.context.destination);
    node.start(this.schedule.place(this.context.currentTime, buffer.duration));
  }

  end(): void {
    this.hasEnded = true;
  }

  suspend(): void {
    void this.context.suspend();
  }

  resume(): void {
    void this.context.resume();
  }

  /** All samples as a file that the browser can play again. */
  file(): Blob {
    return new Blob([wavOf(this.parts, this.sampleRate)], { type: 'audio/wav' });
  }

  close(): void {
    if (this.context.state !== 'closed') void this.context.close();
  }

  private readonly look = (): void => {
    if (this.context.state === 'closed') return;
    const now = this.context.currentTime;
    const isOver = this.hasEnded && this.schedule.isOver(now);
    this.onProgress(this.schedule.position(now), isOver);
    if (!isOver) requestAnimationFrame(this.look);
  };
}
