import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { VoiceCatalogue } from '@parlance/voice';
import { modelEnd } from '../../providers/model-end.js';
import type { Indicator } from './indicator.js';

/** Always up: it tells in time which configured models will end. */
@Injectable()
export class ModelsIndicator implements Indicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly catalogue: VoiceCatalogue,
  ) {}

  check(): HealthIndicatorResult {
    const retiring = this.catalogue.retiringModels().map((end) => ({ ...modelEnd(end), model: `${end.account}/${end.model}` }));
    const indicator = this.indicators.check('models');
    return retiring.length === 0 ? indicator.up() : indicator.up({ retiring });
  }
}
