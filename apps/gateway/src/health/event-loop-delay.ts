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
  private before = { max: 0, p99: 0 };
  private timer: NodeJS.Timeout | undefined;

  /** @param windowMilliseconds what was before the last two of these is forgotten */
  onModuleInit(windowMilliseconds = WINDOW_MILLISECONDS): void {
    this.histogram.enable();
    this.timer = setInterval(() => {
      this.before = { max: this.histogram.max, p99: this.histogram.percentile(99) };
      this.histogram.reset();
    }, windowMilliseconds).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
    this.histogram.disable();
  }

  /** The longest delay of the last ten to twenty seconds, in milliseconds. */
  get longest(): number {
    return Math.round(Math.max(this.before.max, this.histogram.max) / NANOSECONDS);
  }

  /** Of a hundred delays of that time all but the longest are no longer, in milliseconds. */
  get p99(): number {
    return Math.round(Math.max(this.before.p99, this.histogram.percentile(99)) / NANOSECONDS);
  }
}
