import { signal } from '@preact/signals';
import { draw, type Drawing } from './decode.js';
import { canStream, deliveryOf, MEDIA_TYPES, type Format } from './formats.js';
import { SamplesSink } from './samples-sink.js';
import type { Sink } from './sink.js';
import { StreamedSink } from './streamed-sink.js';

export type PlayerState = 'empty' | 'waiting' | 'playing' | 'paused';

/** Plays one recording at a time: one that is there, or one that still comes. */
export class Player {
  readonly element = document.createElement('audio');
  readonly state = signal<PlayerState>('empty');
  /** Seconds. */
  readonly position = signal(0);
  readonly duration = signal(0);
  /** How it looks, once all of it is there and where the browser can tell. */
  readonly drawing = signal<Drawing | undefined>(undefined);
  /** Whether the browser knows no way to play what is there. */
  readonly isUnplayable = signal(false);
  private sink: Sink | undefined;
  /** All of it, as the browser can play it. */
  private whole: Blob | undefined;
  private address: string | undefined;

  constructor() {
    const { element } = this;
    element.preload = 'auto';
    element.addEventListener('playing', () => (this.state.value = 'playing'));
    element.addEventListener('pause', () => {
      // Of what was there before, or for a moment while it is moved.
      if (this.state.value === 'playing' && !this.isLive) this.state.value = 'paused';
    });
    // Without audio of its own, which is an error as well, it has only been emptied.
    element.addEventListener('error', () => (this.isUnplayable.value = element.hasAttribute('src')));
    element.addEventListener('timeupdate', () => (this.position.value = element.currentTime));
    element.addEventListener('seeking', this.onSeeking);
    element.addEventListener('durationchange', () => {
      if (Number.isFinite(element.duration)) this.duration.value = element.duration;
    });
  }

  /** Prepares for audio that will come. To be called in the press of a button, or the browser may not let it sound. */
  begin(format: Format): void {
    this.clear();
    this.state.value = 'waiting';
    const delivery = deliveryOf(format, canStream);
    if (delivery === 'samples') this.sink = new SamplesSink(format as 'pcm' | 'wav', this.onSamples);
    if (delivery !== 'stream') return;
    this.sink = new StreamedSink(this.element, MEDIA_TYPES[format]);
    this.start();
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.sink?.write(bytes);
    if (this.isLive && this.state.value === 'waiting') this.state.value = 'playing';
  }

  /** All of it is there. What could not be heard while it came is heard now. */
  async finish(audio: Blob): Promise<void> {
    const { sink } = this;
    sink?.end();
    this.whole = sink instanceof SamplesSink ? sink.file() : audio;
    if (!(sink instanceof StreamedSink)) this.load(this.whole);
    if (sink === undefined) this.start();
    await this.look(this.whole);
  }

  /** A recording that is there. */
  async open(audio: Blob): Promise<void> {
    this.clear();
    this.whole = audio;
    this.load(audio);
    this.state.value = 'paused';
    await this.look(audio);
  }

  toggle(): void {
    if (this.state.value === 'playing') this.pause();
    else this.start();
  }

  pause(): void {
    if (this.sink instanceof SamplesSink) this.sink.suspend();
    else this.element.pause();
    if (this.state.value === 'playing') this.state.value = 'paused';
  }

  playFrom(seconds: number): void {
    this.seek(seconds);
    this.start();
  }

  /** Nothing happens before all of it is there. */
  seek(seconds: number): void {
    if (this.whole === undefined) return;
    this.endLive();
    this.element.currentTime = seconds;
    this.position.value = seconds;
  }

  clear(): void {
    this.sink?.close();
    this.sink = undefined;
    this.whole = undefined;
    this.element.pause();
    this.element.removeAttribute('src');
    this.element.load();
    if (this.address !== undefined) URL.revokeObjectURL(this.address);
    this.address = undefined;
    this.state.value = 'empty';
    this.isUnplayable.value = false;
    this.position.value = 0;
    this.duration.value = 0;
    this.drawing.value = undefined;
  }

  /** While samples are heard as they come, the element only shows where they are. */
  private get isLive(): boolean {
    return this.sink instanceof SamplesSink;
  }

  private endLive(): void {
    if (!this.isLive) return;
    this.sink?.close();
    this.sink = undefined;
    this.state.value = 'paused';
  }

  private readonly onSamples = (seconds: number, isOver: boolean): void => {
    this.position.value = seconds;
    if (this.address !== undefined) this.element.currentTime = seconds;
    if (isOver) this.endLive();
  };

  /** What has given way to later audio is played from the whole. */
  private readonly onSeeking = (): void => {
    const { sink, whole, element } = this;
    if (!(sink instanceof StreamedSink) || !sink.hasForgotten || whole === undefined) return;
    const { currentTime, paused } = element;
    sink.close();
    this.sink = undefined;
    this.load(whole);
    element.currentTime = currentTime;
    if (!paused) this.start();
  };

  private start(): void {
    if (this.sink instanceof SamplesSink) {
      this.sink.resume();
      this.state.value = 'playing';
      return;
    }
    this.element.play().catch((error: unknown) => {
      // Where the browser does not let it sound by itself, there is the button.
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.state.value = 'paused';
    });
  }

  private load(audio: Blob): void {
    this.address = URL.createObjectURL(audio);
    this.element.src = this.address;
  }

  private async look(audio: Blob): Promise<void> {
    const drawing = await draw(audio);
    if (this.whole !== audio || drawing === undefined) return;
    this.duration.value = drawing.duration;
    this.drawing.value = drawing;
  }
}
