import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { DrainService } from '../../http/drain.service.js';
import type { Indicator } from './indicator.js';

/** Down as soon as the process was told to stop. */
@Injectable()
export class ServingIndicator implements Indicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly drain: DrainService,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('serving');
    return this.drain.isStopping ? indicator.down({ state: 'stopping' }) : indicator.up();
  }
}
