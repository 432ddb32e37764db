import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { VoiceReadiness } from '@parlance/voice';
import { WarmUpService } from '../warm-up.service.js';
import type { Indicator } from './indicator.js';

/** Down until everything was tried to be loaded; after that only while nobody can serve without what failed. */
@Injectable()
export class EnginesIndicator implements Indicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly warmUp: WarmUpService,
    private readonly readiness: VoiceReadiness,
  ) {}

  check(): HealthIndicatorResult {
    const { state } = this.warmUp;
    const indicator = this.indicators.check('engines');
    if (state === 'ready') return indicator.up();
    return state === 'incomplete' && this.readiness.canServe() ? indicator.degraded({ state }) : indicator.down({ state });
  }
}
