import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { KeyRing } from '../../access/key-ring.service.js';
import type { Indicator } from './indicator.js';

/** Never down: the last good version of the file stands. What is wrong is in the log, which not everybody reads. */
@Injectable()
export class KeysIndicator implements Indicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly keys: KeyRing,
  ) {}

  check(): HealthIndicatorResult {
    const indicator = this.indicators.check('keys');
    const problems = this.keys.problems().length;
    return problems === 0 ? indicator.up() : indicator.degraded({ problems });
  }
}
