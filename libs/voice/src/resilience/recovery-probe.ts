import { AsyncResource } from 'node:async_hooks';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { unlessAborted, withTimeLimit } from '@parlance/contracts';
import { ProviderFactory } from '@parlance/providers';
import { Upstreams, type UpstreamEvent } from './upstreams.js';

/** What a vendor's list of models says something about; it answers just as well when there is no money or no permission. */
const PROBED: readonly string[] = ['timeout', 'server', 'empty', 'auth'];
/** A little before the breaker would let real requests try. */
const SHARE_OF_OPEN_TIME = 0.8;
/** Somebody may mend a key long before its breaker would look again. */
const LONGEST_PAUSE_MILLISECONDS = 30_000;
const TIME_LIMIT_MILLISECONDS = 5000;
/** With less than this real requests try soon anyway: another probe would only be one of many in a row. */
const LEAST_LEFT_MILLISECONDS = 1000;

/**
 * While a breaker is open, asks the vendor something that costs nothing, where there is such a thing. When that
 * works, real requests may try early; that they work is for them to show.
 */
@Injectable()
export class RecoveryProbe implements OnModuleDestroy {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly leaving = new AbortController();
  private readonly unsubscribe: () => void;
  /** Probes are no part of the request that has opened a breaker. */
  private readonly outside = new AsyncResource('RecoveryProbe');

  constructor(
    private readonly upstreams: Upstreams,
    private readonly factory: ProviderFactory,
  ) {
    this.unsubscribe = upstreams.subscribe((event) => this.onChange(event));
  }

  onModuleDestroy(): void {
    this.unsubscribe();
    this.leaving.abort();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private onChange(event: UpstreamEvent): void {
    const { provider, fingerprint } = event.upstream;
    // The configured account is the one that is asked: what it answers says nothing about somebody's own.
    if (fingerprint !== this.factory.fingerprintOf(provider)) return;
    if (event.to === 'closed' && this.longestOpen(provider) === 0) this.forget(provider);
    // Whoever has opened it asks: one process is enough.
    if (event.elsewhere === true) return;
    if (event.to !== 'open' || event.openMilliseconds === undefined || !PROBED.includes(event.cause)) return;
    this.schedule(provider, event.openMilliseconds);
  }

  /** One probe of a provider at a time, whatever its breakers are for: it is the vendor that is asked. */
  private schedule(provider: string, openMilliseconds: number): void {
    if (this.timers.has(provider) || this.leaving.signal.aborted) return;
    const pause = Math.min(openMilliseconds * SHARE_OF_OPEN_TIME, LONGEST_PAUSE_MILLISECONDS);
    const timer = setTimeout(() => {
      void this.outside
        .runInAsyncScope(() => this.probe(provider))
        .finally(() => {
          // It may have closed and opened again meanwhile: then there is another one for it.
          if (this.timers.get(provider) !== timer) return;
          this.timers.delete(provider);
          const left = this.longestOpen(provider);
          if (left > LEAST_LEFT_MILLISECONDS) this.schedule(provider, left);
        });
    }, pause);
    // The process may end while a vendor is down.
    timer.unref();
    this.timers.set(provider, timer);
  }

  private longestOpen(provider: string): number {
    return this.upstreams.longestOpen(provider, PROBED, this.factory.fingerprintOf(provider));
  }

  private forget(provider: string): void {
    clearTimeout(this.timers.get(provider));
    this.timers.delete(provider);
  }

  private async probe(provider: string): Promise<void> {
    try {
      const isWell = await withTimeLimit(TIME_LIMIT_MILLISECONDS, this.leaving.signal, (inTime) =>
        unlessAborted(this.factory.probe(provider, inTime), inTime),
      );
      if (isWell) this.upstreams.tryEarly(provider, PROBED, this.factory.fingerprintOf(provider));
    } catch {
      // It is as broken as its breaker says.
    }
  }
}
