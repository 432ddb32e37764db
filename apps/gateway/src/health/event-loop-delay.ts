import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

const WINDOW_MILLISECONDS = 10_000;
const NANOSECONDS = 1_000_000;

/**
 * For how long the event loop was blocked of late. That of the metrics begins anew whenever somebody reads them, so that
 * each reader would take from the other what it has seen: this is one of its own.
 */
@Injectable()
export class EventLoopDelay implements OnModuleInit, OnModuleDestroy {
  private readonly histogram = monitorEventLoopDelay();
  /** Of the window before this one, nanoseconds. */
  private before = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param windowMilliseconds what was before the last two of these is forgotten */
  onModuleInit(windowMilliseconds = WINDOW_MILLISECONDS): void {
    this.histogram.enable();
    this.timer = setInterval(() => {
      this.before = this.histogram.max;
      this.histogram.reset();
    }, windowMilliseconds).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.histogram.disable();
  }

  /** The longest delay of the last ten to twenty seconds, in milliseconds. */
  get longest(): number {
    return Math.round(Math.max(this.before, this.histogram.max) / NANOSECONDS);
  }
}
