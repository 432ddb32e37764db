import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { EventLoopDelay } from '../event-loop-delay.js';
import type { Indicator } from './indicator.js';

/** Everybody who is served by the process notices this. */
const BLOCKED_MILLISECONDS = 1000;

/** Never down: while it is blocked nobody is answered anyway, and another process would have the same work. */
@Injectable()
export class EventLoopIndicator implements Indicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly delay: EventLoopDelay,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('eventLoop');
    const { longest } = this.delay;
    return longest >= BLOCKED_MILLISECONDS ? indicator.degraded({ blockedMilliseconds: longest }) : indicator.up();
  }
}
