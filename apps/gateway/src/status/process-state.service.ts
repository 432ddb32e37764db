import { Inject, Injectable } from '@nestjs/common';
import type { HealthIndicatorResult } from '@nestjs/terminus';
import { EventLoopDelay } from '../health/event-loop-delay.js';
import { READY_INDICATORS } from '../health/health.providers.js';
import type { Indicator } from '../health/indicators/indicator.js';
import { WarmUpService } from '../health/warm-up.service.js';
import { DrainService } from '../http/drain.service.js';
import type { ProcessResources, StateName } from './status.types.js';

type Part = HealthIndicatorResult[string];

/** How this process is, from what readiness looks at. */
@Injectable()
export class ProcessState {
  constructor(
    @Inject(READY_INDICATORS) private readonly indicators: readonly Indicator[],
    private readonly warmUp: WarmUpService,
    private readonly drain: DrainService,
    private readonly eventLoop: EventLoopDelay,
  ) {}

  /** In one word, and what is not well: by the name that `/health/ready` has for it, or by that of the server that is away. */
  async read(): Promise<{ state: StateName; degraded: string[] }> {
    const results = await Promise.all(this.indicators.map(async (indicator) => indicator.check()));
    const unwell = results.flatMap((result) => Object.entries(result)).filter(([, { status }]) => status !== 'up');
    return { state: this.nameOf(unwell.map(([, part]) => part)), degraded: unwell.flatMap(([name, part]) => namesIn(name, part)) };
  }

  resources(): ProcessResources {
    const { rss, heapUsed } = process.memoryUsage();
    return { residentBytes: rss, heapBytes: heapUsed, eventLoopP99Milliseconds: this.eventLoop.p99, node: process.version };
  }

  private nameOf(unwell: readonly Part[]): StateName {
    if (this.drain.isStopping) return 'stopping';
    if (this.warmUp.state === 'starting') return 'starting';
    if (unwell.some(({ status }) => status === 'down')) return 'unavailable';
    return unwell.length > 0 ? 'degraded' : 'ready';
  }
}

function namesIn(name: string, part: Part): string[] {
  const away = Object.entries(part).filter(([, state]) => state === 'away');
  return away.length > 0 ? away.map(([server]) => server) : [name];
}
