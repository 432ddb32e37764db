import type { Sink } from './sink.js';

/** What was heard and lies further back than this gives way when the browser's buffer is full. */
const KEPT_SECONDS = 10;

/** Gives audio to the browser's own decoder as it comes (Media Source Extensions). */
export class StreamedSink implements Sink {
  private readonly source = new MediaSource();
  private readonly address = URL.createObjectURL(this.source);
  private readonly waiting: Uint8Array<ArrayBuffer>[] = [];
  private buffer: SourceBuffer | undefined;
  private hasEnded = false;
  /** Whether something had to give way: the element cannot go back to it. */
  hasForgotten = false;

  constructor(
    private readonly element: HTMLAudioElement,
    mediaType: string,
  ) {
    this.source.addEventListener('sourceopen', () => {
      this.buffer = this.source.addSourceBuffer(mediaType);
      this.buffer.addEventListener('updateend', this.pump);
      this.pump();
    });
    element.addEventListener('timeupdate', this.pump);
    element.src = this.address;
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.waiting.push(bytes);
    this.pump();
  }

  end(): void {
    this.hasEnded = true;
    this.pump();
  }

  close(): void {
    this.element.removeEventListener('timeupdate', this.pump);
    this.waiting.length = 0;
    URL.revokeObjectURL(this.address);
  }

  private readonly pump = (): void => {
    const { buffer, source } = this;
    if (buffer === undefined || buffer.updating || source.readyState !== 'open') return;
    const [next] = this.waiting;
    if (next === undefined) {
      if (this.hasEnded) source.endOfStream();
      return;
    }
    try {
      buffer.appendBuffer(next);
      this.waiting.shift();
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
      this.makeRoom(buffer);
    }
  };

  /** Where nothing was heard yet that could give way, the next progress of the element tries again. */
  private makeRoom(buffer: SourceBuffer): void {
    const until = this.element.currentTime - KEPT_SECONDS;
    if (buffer.buffered.length === 0 || buffer.buffered.start(0) >= until) return;
    this.hasForgotten = true;
    buffer.remove(buffer.buffered.start(0), until);
  }
}
