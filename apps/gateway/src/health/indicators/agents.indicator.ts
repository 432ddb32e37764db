import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Agents } from '@parlance/agent-runner';
import type { Indicator } from './indicator.js';

/** Never down: of a file that cannot be read the last good version stands. */
@Injectable()
export class AgentsIndicator implements Indicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly agents: Agents,
  ) {}

  check(): HealthIndicatorResult {
    const files = [...new Set(this.agents.problems().map(({ file }) => file))];
    const indicator = this.indicators.check('agents');
    return files.length === 0 ? indicator.up() : indicator.degraded({ files });
  }
}
